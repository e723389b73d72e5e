"""Addresses that are shown or fetched, and web origins."""

from typing import Any

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


@pytest.mark.spec(
    "OpenID Connect Back-Channel Logout 1.0",
    "2.2",
    "The back-channel logout URI MUST NOT include a fragment component.",
)
@pytest.mark.parametrize(
    ("uri", "fits"),
    [
        ("https://rp.test/told?app=1", True), ("http://localhost:8001/told", True),
        ("http://127.0.0.1/told", True), ("http://rp.test/told", False),
        ("https://rp.test/told#x", False), ("/told", False), ("com.rp.test:/told", False),
        ("https://u@rp.test/told", False), ("//[", False),
    ],
)  # fmt: skip
def test_sign_outs_are_told_over_https_or_on_this_machine(uri: str, fits: bool) -> None:
    """Back-Channel Logout §2.2; the fetcher asks again whom it may reach."""
    assert fields(backchannel_logout_uri=uri) == (set() if fits else {"backchannel_logout_uri"})


@pytest.mark.spec(
    "OpenID Connect Back-Channel Logout 1.0",
    "2.2",
    "It MAY use the http scheme, provided that the Client Type is confidential.",
)
def test_a_public_client_is_told_over_https_alone() -> None:
    public = {"profile": "spa", "token_endpoint_auth_method": "none"}
    for uri, faults in (
        ("https://rp.test/told", set()), ("http://localhost:8001/told", {"backchannel_logout_uri"}),
    ):  # fmt: skip
        assert fields(**public, backchannel_logout_uri=uri) == faults


def test_an_operator_may_allow_http_to_a_host(settings: Any) -> None:
    allowed = {"fetch_allow": ("app.internal", "other.internal:8080")}
    settings.SIGNET = settings.SIGNET.model_copy(update=allowed)
    for uri in ("http://app.internal/told", "http://other.internal:8080/told"):
        assert fields(backchannel_logout_uri=uri) == set()
    assert fields(backchannel_logout_uri="http://other.internal/told")


@pytest.mark.parametrize(
    "origin",
    ["https://rp.test/", "https://RP.test", "http://rp.test", "https://rp.test:443", "null", "*"],
)
def test_an_origin_is_written_as_browsers_do(origin: str) -> None:
    assert fields(allowed_origins=[origin]) == {"allowed_origins"}


def test_origins_of_browsers_are_accepted() -> None:
    assert fields(allowed_origins=["https://rp.test", "http://localhost:8004"]) == set()
