"""nonce: the client's own, verbatim in the ID token (OIDC Core §3.1.2.1)."""

from oauth.authorization_request.asked import Asked
from oauth.errors import InvalidRequest

_LONGEST = 1_024


def check(asked: Asked) -> str:
    """Optional in the code flow. Raises `InvalidRequest` for one we could not keep."""
    value = asked.one("nonce") or ""
    if len(value) > _LONGEST or not value.isprintable():
        raise InvalidRequest("nonce_malformed", "nonce is too long or not printable")
    return value
