"""Checks that ride along in every OpenID Connect module (conformance §2.1)."""

import math
import re
import time
from collections import Counter
from typing import Any

import requests

from tests.support import jose
from tests.support.rp import Asked, RelyingParty

_PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
_BIRTHDATE = re.compile(r"(\d{4}|0000)(-\d{2}-\d{2})?\Z|\d{4}\Z")
_TEXTS = [
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "email",
    "gender",
    "zoneinfo",
    "locale",
    "phone_number",
]
_VSCHAR = re.compile(r"[\x20-\x7e]+\Z")
PROFILE = [
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
    "preferred_username",
]


def assert_entropy(token: str, bits: int = 96, length: int = 128) -> None:
    """At least `length` bits long; Shannon's estimate of what the characters can tell, as the
    official suite reckons it."""
    assert len(token) * 8 >= length
    counts = Counter(token)
    each = -sum(n / len(token) * math.log2(n / len(token)) for n in counts.values())
    assert each * len(token) >= bits, f"{each * len(token):.0f} bits"


def assert_jwks(jwks: dict[str, Any]) -> None:
    kids = [key.get("kid") for key in jwks["keys"]]
    assert kids
    assert all(kids)
    assert len(set(kids)) == len(kids)
    for key in jwks["keys"]:
        assert key["kty"] in ("RSA", "EC", "OKP")
        assert not _PRIVATE & set(key)


def assert_metadata(rp: RelyingParty) -> None:
    found = rp.op.metadata
    for name in ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"):
        assert found[name]
    assert rp.client.method in found["token_endpoint_auth_methods_supported"]
    assert_jwks(rp.op.jwks())


def assert_no_store(response: requests.Response) -> None:
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Content-Type"].split(";")[0] == "application/json"
    assert "Set-Cookie" not in response.headers


def assert_token_response(response: requests.Response) -> dict[str, Any]:
    """RFC 6749 §5.1."""
    assert response.status_code == 200, response.text
    assert_no_store(response)
    found: dict[str, Any] = response.json()
    assert found["token_type"].lower() == "bearer"
    assert _VSCHAR.match(found["access_token"])
    assert type(found["expires_in"]) is int
    assert 0 < found["expires_in"] <= 365 * 86_400
    return found


def assert_typed_claims(claims: dict[str, Any]) -> None:
    """Empty strings and the word null fail; dates, numbers and the address have their types."""
    for name, value in claims.items():
        assert value is not None, name
        assert value not in ("", "null"), name
    for name in _TEXTS:
        assert isinstance(claims.get(name, ""), str), name
    for name in ("email_verified", "phone_number_verified"):
        assert isinstance(claims.get(name, True), bool), name
    assert isinstance(claims.get("updated_at", 0), int | float)
    assert isinstance(claims.get("address", {}), dict)
    assert all(isinstance(v, str) and v for v in claims.get("address", {}).values())
    if "birthdate" in claims:
        assert _BIRTHDATE.match(claims["birthdate"])


def assert_id_token(
    rp: RelyingParty, token: str, *, nonce: str | None, access_token: str | None = None
) -> dict[str, Any]:
    """OIDC Core §3.1.3.7, with jwcrypto and the published keys."""
    alg = rp.client.id_token_alg
    claims = jose.verify(token, rp.op.jwks(), alg)
    now = time.time()
    assert claims["iss"] == rp.op.issuer
    assert claims["aud"] in (rp.client.client_id, [rp.client.client_id])
    assert claims.get("azp", rp.client.client_id) == rp.client.client_id
    assert type(claims["exp"]) is int
    assert claims["exp"] > now
    assert type(claims["iat"]) is int
    assert now - 300 <= claims["iat"] <= now + 10
    assert claims.get("nonce") == nonce
    assert isinstance(claims["sub"], str)
    assert 0 < len(claims["sub"]) <= 255
    if access_token is not None and "at_hash" in claims:
        assert claims["at_hash"] == jose.half_hash(alg, access_token)
    assert claims["acr"]
    if "auth_time" in claims:
        assert type(claims["auth_time"]) is int
        assert claims["auth_time"] <= now + 10
    assert not set(PROFILE) - {"updated_at"} & set(claims), "profile claims nobody asked for"
    assert "email" not in claims
    assert_typed_claims(claims)
    return claims


def assert_userinfo(response: requests.Response, sub: str) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"].split(";")[0] == "application/json"
    found: dict[str, Any] = response.json()
    assert found["sub"] == sub
    assert_typed_claims(found)
    return found


class Flow:
    """One sign-in from the request to UserInfo, with every check that rides along."""

    def __init__(self, rp: RelyingParty, asked: Asked, callback: Any) -> None:
        assert_metadata(rp)
        assert "code" in callback.params, callback.params
        assert_entropy(callback.code)
        self.rp, self.asked, self.callback = rp, asked, callback
        self.answer = assert_token_response(rp.redeem(asked, callback))
        self.access_token: str = self.answer["access_token"]
        assert_entropy(self.access_token)
        self.id_token = self.answer["id_token"]
        self.claims = assert_id_token(
            rp, self.id_token, nonce=asked.params.get("nonce"), access_token=self.access_token
        )
        self.sub: str = self.claims["sub"]

    def userinfo(self) -> dict[str, Any]:
        return assert_userinfo(self.rp.userinfo(self.access_token), self.sub)
