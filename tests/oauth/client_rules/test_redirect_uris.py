"""Which addresses may be registered."""

import pytest

from oauth.client_rules import check_client
from oauth.client_rules.redirect_uris import fault_of

WEB = ("https", "loopback")
NATIVE = (*WEB, "private_use")
GOOD = {"client_id": "shop", "client_name": "Shop", "redirect_uris": ["https://rp.test/cb"]}


@pytest.mark.parametrize(
    "uri",
    [
        "https://rp.test/cb",
        "https://rp.test/cb?tenant=7&dummy1=lorem",
        "https://rp.test:8443/cb",
        "https://[2001:db8::1]/cb",
        "https://rp.test",
        "http://localhost:8001/callback",
        "http://127.0.0.1/",
        "http://[::1]:9/x",
    ],
)
def test_exact_addresses_of_web_apps_are_accepted(uri: str) -> None:
    assert fault_of(uri, WEB) == ""


@pytest.mark.parametrize(
    "uri",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///x",
        "about:blank",
        "/relative",
        "relative",
        "",
        "http://rp.test/cb",
        "http://localhost.evil.test/cb",
        "https://rp.test/cb#f",
        "https://rp.test/cb#",
        "https://user@rp.test/cb",
        "https://rp.test@evil.test/cb",
        "https://*.rp.test/cb",
        "https://rp.test/*",
        "https://",
        "https:///cb",
        "https:rp.test",
        "https://rp.test:99999/cb",
        "https://rp.test:/cb",
        "https://rp.test/../cb",
        "https://rp.test/a/./cb",
        "https://rp.test/cb?code=1",
        "https://rp.test/cb?iss=x",
        "https://rp.test\\@evil.test/",
        "https://rp.test/c b",
        "https://rp.test/\ncb",
        "https://rp.test/\x00",
        "https://müller.test/cb",
        "https://[::1/cb",
        "com.example.app:/cb",
        "https://rp.test/" + "a" * 2000,
    ],
)
def test_other_addresses_of_web_apps_are_refused_case_138(uri: str) -> None:
    assert fault_of(uri, WEB)


@pytest.mark.parametrize("uri", ["com.example.app:/cb", "com.example.app://cb", "net.x-y.z:/a?b=c"])
def test_a_native_app_may_have_a_scheme_of_its_own(uri: str) -> None:
    assert fault_of(uri, NATIVE) == ""


@pytest.mark.parametrize(
    "uri", ["myapp:/cb", "myapp://cb", "javascript:alert(1)", "com.example.app:", "data:x", "x.:/a"]
)
def test_a_scheme_that_belongs_to_nobody_is_refused(uri: str) -> None:
    assert fault_of(uri, NATIVE)


def test_a_client_with_the_code_grant_needs_an_address_case_142() -> None:
    assert [fault.field for fault in check_client({**GOOD, "redirect_uris": []})] == [
        "redirect_uris"
    ]


def test_a_fault_tells_which_address_it_is_about() -> None:
    uris = ["https://rp.test/cb", "http://rp.test/cb"]
    (fault,) = check_client({**GOOD, "redirect_uris": uris})
    assert (fault.field, fault.place) == ("redirect_uris", 1)


def test_an_address_twice_is_a_fault() -> None:
    (fault,) = check_client({**GOOD, "redirect_uris": ["https://rp.test/cb"] * 2})
    assert fault.field == "redirect_uris"


def test_addresses_after_sign_out_are_judged_alike() -> None:
    (fault,) = check_client({**GOOD, "post_logout_redirect_uris": ["http://rp.test/"]})
    assert fault.field == "post_logout_redirect_uris"
