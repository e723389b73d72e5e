"""Grant types, response types and scopes agree with one another and with the profile."""

from typing import Any

import pytest

from oauth.client_rules import check_client

WEB: dict[str, Any] = {
    "client_id": "shop",
    "client_name": "Shop",
    "redirect_uris": ["https://rp.test/cb"],
}
MACHINE: dict[str, Any] = {
    "client_id": "job",
    "client_name": "Job",
    "profile": "machine",
    "grant_types": ["client_credentials"],
    "response_types": [],
}
SPA: dict[str, Any] = {**WEB, "profile": "spa", "token_endpoint_auth_method": "none"}


def fields(data: dict[str, Any]) -> set[str]:
    return {fault.field for fault in check_client(data)}


@pytest.mark.parametrize("data", [WEB, MACHINE, SPA])
def test_the_usual_client_of_each_profile_has_no_fault(data: dict[str, Any]) -> None:
    assert check_client(data) == []


def test_the_implicit_grant_does_not_exist_case_142() -> None:
    assert "grant_types" in fields({**WEB, "grant_types": ["implicit"]})


def test_no_response_type_but_code_exists_case_142() -> None:
    assert fields({**WEB, "response_types": ["token"]}) == {"response_types"}


def test_a_public_client_has_no_credentials_of_its_own_case_142() -> None:
    assert fields({**SPA, "grant_types": ["authorization_code", "client_credentials"]}) == {
        "grant_types"
    }


def test_the_lists_must_agree() -> None:
    assert fields({**WEB, "response_types": []}) == {"response_types"}
    assert fields({**MACHINE, "response_types": ["code"]}) == {"response_types"}
    assert fields({**WEB, "grant_types": ["refresh_token"]}) >= {"grant_types", "redirect_uris"}
    assert fields({**WEB, "grant_types": []}) >= {"grant_types"}


def test_a_refresh_token_needs_its_grant() -> None:
    only_code = {**WEB, "grant_types": ["authorization_code"]}
    assert fields({**only_code, "scopes": ["openid", "offline_access"]}) == {"scopes"}
    assert fields({**only_code, "session_refresh": True}) == {"session_refresh"}


@pytest.mark.parametrize("scope", ['a"b', "a\\b", "a b", "", "ä"])
def test_a_scope_has_the_characters_of_the_rfc(scope: str) -> None:
    assert fields({**WEB, "scopes": [scope]}) == {"scopes"}


def test_an_unknown_response_mode_is_refused() -> None:
    assert fields({**WEB, "response_modes": ["query", "carrier_pigeon"]}) == {"response_modes"}
