"""prompt: what the person must be shown whatever we remember (OIDC Core §3.1.2.1)."""

from django.conf import settings

from oauth.authorization_request.asked import Asked
from oauth.errors import InvalidRequest

_ALWAYS = ("none", "login", "consent", "select_account")
# Modes of registration in which whoever an app sends can make an account.
_OPEN = frozenset({"domains", "open", "approval"})


def supported() -> tuple[str, ...]:
    """`create` only where people can join (Initiating User Registration via OIDC §4.2)."""
    return (*_ALWAYS, "create") if settings.SIGNET.registration in _OPEN else _ALWAYS


def check(asked: Asked) -> frozenset[str]:
    """The values. Unknown ones are refused, as is `none` beside another."""
    values = frozenset(asked.words("prompt")) - {""}
    if not values <= frozenset(supported()):
        raise InvalidRequest("prompt_unknown", "prompt has an unknown value")
    if "none" in values and len(values) > 1:
        raise InvalidRequest("prompt_none_with_other", "prompt none excludes other values")
    return values
