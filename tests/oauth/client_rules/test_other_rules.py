"""Names, keys, PKCE, subjects, addresses, times."""

from typing import Any

import pytest
from jwcrypto import jwk

from oauth.client_rules import check_client

WEB: dict[str, Any] = {
    "client_id": "shop",
    "client_name": "Shop",
    "redirect_uris": ["https://rp.test/cb"],
}
RSA = jwk.JWK.generate(kty="RSA", size=2048, kid="a")
EC = jwk.JWK.generate(kty="EC", crv="P-256", kid="b")


def fields(**over: Any) -> set[str]:
    return {fault.field for fault in check_client({**WEB, **over})}


def keys(*documents: Any) -> dict[str, Any]:
    return {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": list(documents)}}


@pytest.mark.parametrize("profile", ["fapi", "", "owner"])
def test_only_built_profiles_can_be_had(profile: str) -> None:
    assert fields(profile=profile) == {"profile"}


@pytest.mark.parametrize("client_id", ["", "a b", "a/b", "u_0123", "ü", "a:b", "x" * 256])
def test_a_client_id_is_never_mistaken_for_anything_else(client_id: str) -> None:
    assert fields(client_id=client_id) == {"client_id"}


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "abc\u202edef", "a\u200bb", "a\nb", "a\0b"])
def test_a_name_cannot_deceive_case_140(name: str) -> None:
    assert fields(client_name=name) == {"client_name"}


def test_contacts_hold_no_line_breaks_case_140() -> None:
    assert fields(contacts=["a@rp.test\r\nBcc: all@rp.test"]) == {"contacts"}


def test_pkce_is_waived_for_confidential_clients_only() -> None:
    assert fields(require_pkce=False) == set()
    assert fields(require_pkce=False, profile="spa", token_endpoint_auth_method="none") == {
        "require_pkce"
    }
    assert fields(require_pkce=False, profile="native", token_endpoint_auth_method="none") == {
        "require_pkce"
    }


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


@pytest.mark.parametrize("alg", ["none", "HS256", "RS1", ""])
def test_id_tokens_are_signed_with_a_key_of_ours(alg: str) -> None:
    assert fields(id_token_signed_response_alg=alg) == {"id_token_signed_response_alg"}


def test_pairwise_subjects_on_several_hosts_need_a_sector() -> None:
    uris = ["https://a.test/cb", "https://b.test/cb"]
    assert fields(subject_type="pairwise", redirect_uris=uris) == {"sector_identifier_uri"}
    assert fields(subject_type="pairwise") == set()
    assert fields(subject_type="random") == {"subject_type"}


@pytest.mark.parametrize("field", ["jwks_uri", "sector_identifier_uri"])
@pytest.mark.parametrize(
    "uri", ["http://rp.test/x", "ftp://rp.test", "http://localhost/x", "x", "//["]
)
def test_documents_are_fetched_over_https(field: str, uri: str) -> None:
    assert field in fields(**{field: uri})


@pytest.mark.parametrize("field", ["client_uri", "logo_uri", "policy_uri", "tos_uri"])
def test_addresses_that_people_see_are_of_the_web(field: str) -> None:
    assert fields(**{field: "javascript:alert(1)"}) == {field}
    assert fields(**{field: "https://rp.test/about"}) == set()


@pytest.mark.parametrize(
    "origin",
    ["https://rp.test/", "https://RP.test", "http://rp.test", "https://rp.test:443", "null", "*"],
)
def test_an_origin_is_written_as_browsers_do(origin: str) -> None:
    assert fields(allowed_origins=[origin]) == {"allowed_origins"}


def test_origins_of_browsers_are_accepted() -> None:
    assert fields(allowed_origins=["https://rp.test", "http://localhost:8004"]) == set()


def test_times_stay_in_their_bounds() -> None:
    assert fields(replay_tolerance=1_000) == {"replay_tolerance"}
    assert fields(access_token_lifetime=5) == {"access_token_lifetime"}
    assert fields(default_max_age=-1) == {"default_max_age"}
    assert fields(replay_tolerance=999, access_token_lifetime=600, default_max_age=0) == set()


def test_an_acr_that_nothing_reaches_is_refused() -> None:
    assert fields(default_acr_values=["urn:example:gold"]) == {"default_acr_values"}
