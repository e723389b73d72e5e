"""How a client proves itself, and with which keys."""

from typing import Any

import pytest
from jwcrypto import jwk

from tests.oauth.client_rules.metadata import fields

RSA = jwk.JWK.generate(kty="RSA", size=2048, kid="a")
EC = jwk.JWK.generate(kty="EC", crv="P-256", kid="b")


def keys(*documents: Any) -> dict[str, Any]:
    return {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": list(documents)}}


def test_a_method_outside_the_profile_is_refused() -> None:
    assert fields(token_endpoint_auth_method="none") == {"token_endpoint_auth_method"}
    assert fields(profile="spa") == {"token_endpoint_auth_method"}


def test_good_public_keys_are_accepted() -> None:
    assert fields(**keys(RSA.export_public(as_dict=True), EC.export_public(as_dict=True))) == set()


@pytest.mark.parametrize(
    "key",
    [
        RSA.export_private(as_dict=True),
        EC.export_private(as_dict=True),
        {"kty": "oct", "k": "c2VjcmV0"},
        jwk.JWK.generate(kty="RSA", size=1024).export_public(as_dict=True),
        # x and y of no point on the curve
        {"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "B" * 43},
        {"kty": "EC", "crv": "P-256"},
        {"kty": "nonsense"},
        {},
        "text",
        None,
        [1],
    ],
)
def test_private_weak_and_malformed_keys_are_refused_case_148(key: Any) -> None:
    assert fields(**keys(key)) == {"jwks"}


def test_the_same_kid_twice_is_refused_case_148() -> None:
    twin = {**EC.export_public(as_dict=True), "kid": "a"}
    assert fields(**keys(RSA.export_public(as_dict=True), twin)) == {"jwks"}


@pytest.mark.parametrize("jwks", [{"keys": []}, {"keys": {}}, {"keys": [{}] * 21}, [1], "x"])
def test_a_key_set_has_its_form_case_148(jwks: Any) -> None:
    assert "jwks" in fields(token_endpoint_auth_method="private_key_jwt", jwks=jwks)


def test_keys_are_given_in_one_way_case_148() -> None:
    both = {**keys(EC.export_public(as_dict=True)), "jwks_uri": "https://rp.test/jwks"}
    assert fields(**both) == {"jwks_uri"}
    assert fields(token_endpoint_auth_method="private_key_jwt") == {"jwks"}
    by_uri = {"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://rp.test/jwks"}
    assert fields(**by_uri) == set()
