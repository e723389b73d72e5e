"""scope: what is asked for, cut to what this client may ask for (RFC 6749 §3.3)."""

from oauth.authorization_request.asked import Asked
from oauth.errors import InvalidScope
from oauth.gate import OIDC_SCOPES
from oauth.scope_words import scope_words

_LONGEST_NAME = 100


def check(asked: Asked) -> tuple[str, ...]:
    """Requested ∩ allowed. Scopes that are unknown or not this client's are dropped (OIDC Core
    §3.1.2.1: ignored); with nothing left it is `InvalidScope`. No scope at all asks for none.

    `offline_access` is ignored where no refresh token could follow (OIDC Core §11).
    """
    text = asked.one("scope")
    if text is None:
        return ()
    words = scope_words(text)
    client = asked.client
    known = OIDC_SCOPES | {name for api in client.resources.values() for name in api.scopes}
    allowed = known & (client.scopes | {"openid"})
    found = tuple(word for word in words if len(word) <= _LONGEST_NAME and word in allowed)
    if not found:
        raise InvalidScope("scope_not_allowed", "None of the requested scopes is available")
    if not client.check_grant_type("refresh_token"):
        found = tuple(word for word in found if word != "offline_access")
    return found
