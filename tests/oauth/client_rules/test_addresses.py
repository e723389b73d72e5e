"""Addresses that are shown or fetched, and web origins."""

import pytest

from tests.oauth.client_rules.metadata import fields


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
