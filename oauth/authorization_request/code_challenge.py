"""code_challenge: PKCE with S256 (RFC 7636 §4.4.1)."""

from oauth.authorization_request.asked import Asked
from oauth.extensions import pkce


def check(asked: Asked) -> str:
    """The challenge; empty only for a client with that exception. Raises `InvalidRequest`."""
    return pkce.check_challenge(
        asked.client, asked.one("code_challenge"), asked.one("code_challenge_method")
    )
