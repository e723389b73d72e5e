"""prompt: what the person must be shown whatever we remember (OIDC Core §3.1.2.1)."""

from oauth.authorization_request.asked import Asked
from oauth.errors import InvalidRequest

SUPPORTED = frozenset({"none", "login", "consent", "select_account"})


def check(asked: Asked) -> frozenset[str]:
    """The values. Unknown ones are refused, as is `none` beside another."""
    values = frozenset(asked.words("prompt")) - {""}
    if not values <= SUPPORTED:
        raise InvalidRequest("prompt_unknown", "prompt has an unknown value")
    if "none" in values and len(values) > 1:
        raise InvalidRequest("prompt_none_with_other", "prompt none excludes other values")
    return values
