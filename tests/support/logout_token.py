"""What a logout token must be (OIDC Back-Channel Logout §2.4), checked with jwcrypto."""

import time
from typing import Any

from tests.support import jose

EVENT = "http://schemas.openid.net/event/backchannel-logout"
_CLAIMS = {"iss", "aud", "iat", "exp", "jti", "events", "sub", "sid"}


def check(
    token: str, jwks: dict[str, Any], *, issuer: str, client_id: str, alg: str = "RS256"
) -> dict[str, Any]:
    """The claims; AssertionError (or jwcrypto's own) for a token that breaks any clause."""
    head, _ = jose.parts(token)
    assert set(head) == {"alg", "kid", "typ"}, head
    assert head["typ"] == "logout+jwt"
    claims = jose.verify(token, jwks, alg)
    now = time.time()
    assert claims["iss"] == issuer
    assert claims["aud"] in (client_id, [client_id])
    assert type(claims["iat"]) is int
    assert now - 60 <= claims["iat"] <= now + 1
    assert type(claims["exp"]) is int
    assert now < claims["exp"] <= claims["iat"] + 120
    assert isinstance(claims["jti"], str)
    assert len(claims["jti"]) >= 16
    assert claims["events"] == {EVENT: {}}
    assert "nonce" not in claims
    assert "sub" in claims or "sid" in claims
    assert set(claims) <= _CLAIMS, set(claims) - _CLAIMS
    return claims
