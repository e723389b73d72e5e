"""What every page gets, whatever it is and whatever was sent."""

import re
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from structlog.testing import capture_logs

from idp.middleware import SecurityHeaders
from oauth.models import RequestRecord

PAGES = ["/login", "/password/forgot", "/password/reset", "/no/such/page", "/"]


def _policy(answer: Any) -> dict[str, str]:
    parts = [part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; ")]
    return {part[0]: part[1] if len(part) > 1 else "" for part in parts}


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_locked_down_case_319(path: str, client: Client) -> None:
    answer = client.get(path)
    policy = _policy(answer)
    assert policy["default-src"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy.get("object-src", "'none'") == "'none'"
    assert "form-action" not in policy  # Chromium would apply it to the way back to the app
    assert not re.search(r"unsafe|\*|https?:", answer.headers["Content-Security-Policy"])
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_other_headers_too_case_322(path: str, client: Client) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert "no-store" in headers["Cache-Control"]  # case 325
    assert "Server" not in headers
    assert "X-Powered-By" not in headers


@pytest.mark.django_db
def test_hsts_is_a_year_and_for_the_names_below_where_there_is_tls_case_321(
    client: Client, settings: Any
) -> None:
    assert "Strict-Transport-Security" not in client.get("/login").headers
    settings.SECURE_HSTS_SECONDS = 31_536_000
    for path in PAGES:
        found = client.get(path).headers["Strict-Transport-Security"]
        assert found == "max-age=31536000; includeSubDomains"


def test_a_view_may_add_to_the_policy_and_not_lose_the_rest() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        response = HttpResponse("x")
        response.signet_csp = {"frame-src": "https://rp.test"}  # type: ignore[attr-defined]
        return response

    policy = _policy(SecurityHeaders(view)(RequestFactory().get("/")))
    assert policy["frame-src"] == "https://rp.test"
    assert policy["default-src"] == "'none'"


def test_static_files_may_be_cached(client: Client) -> None:
    answer = client.get("/static/site.css")
    assert answer.status_code == 200
    assert "no-store" not in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("0123456789abcdef", True),
        ("a.b_c-d-e", True),
        ("short", False),
        ("a" * 65, False),
        ("12345678\r\nX-A: b", False),
        ("1234567890 ", False),
        ('"},{"level":"', False),
        ("12345678\u560d\u560a".encode().decode("latin-1"), False),
    ],
)
def test_a_proxys_request_id_is_kept_when_it_is_one_case_361(
    given: str, kept: bool, client: Client
) -> None:
    found = client.get("/login", headers={"X-Request-Id": given}).headers["X-Request-Id"]
    assert (found == given) == kept
    assert re.fullmatch(r"[A-Za-z0-9._-]{8,64}", found)


@pytest.mark.django_db
def test_two_requests_have_two_ids(client: Client) -> None:
    assert len({client.get("/login").headers["X-Request-Id"] for _ in range(5)}) == 5


@pytest.mark.django_db
def test_a_page_is_logged_by_its_pattern_and_never_by_its_address_case_360(client: Client) -> None:
    with capture_logs() as lines:
        client.get("/password/forgot", {"token": "marker"})
        client.get("/marker")
    pages = [line for line in lines if line["event"] == "page"]
    assert [(line["method"], line["route"], line["status"]) for line in pages] == [
        ("GET", "password/forgot", 200),
        ("GET", None, 404),
    ]
    assert "marker" not in str(lines)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "length", ["65537", "1" + "0" * 30, "-1", "x", "\u00b2", "1,2", "0x10", " 1"]
)
def test_a_body_too_large_or_of_no_known_length_is_refused_unread_case_334(
    length: str, client: Client
) -> None:
    answer = client.post(
        "/login", b"a=b", content_type="application/x-www-form-urlencoded", CONTENT_LENGTH=length
    )
    assert answer.status_code == 413
    assert b"<html" in answer.content


@pytest.mark.django_db
def test_a_body_of_exactly_the_limit_is_read(client: Client) -> None:
    body = b"username=" + b"a" * (65_536 - 9)
    answer = client.post("/password/forgot", body, "application/x-www-form-urlencoded")
    assert answer.status_code != 413


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/login?next=%00", "/lo%00gin", "/login?a=%c0%80", "/%ff%fe"])
def test_what_no_text_can_mean_is_an_error_page_and_no_crash(path: str, client: Client) -> None:
    answer = client.get(path)
    assert answer.status_code in (302, 303, 400, 404)
    assert answer.status_code != 500


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "FOO", "OPTIONS", "PUT"])
def test_unusual_methods_are_refused_case_329(method: str, client: Client) -> None:
    assert client.generic(method, "/login").status_code in (400, 405)


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["evil.test", "localhost:8000@evil.test", "a b", "localhost,x"])
def test_a_foreign_host_is_refused_and_appears_nowhere_case_255(host: str, client: Client) -> None:
    answer = client.get("/password/forgot", headers={"Host": host})
    assert answer.status_code == 400
    assert b"evil.test" not in answer.content
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_a_crash_is_a_page_with_a_reference_and_nothing_else_case_330(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*args: Any, **kwargs: Any) -> None:
        raise ValueError("marker: SELECT password FROM accounts_user")

    client.raise_request_exception = False
    monkeypatch.setattr("accounts.login.find", crash)
    answer = client.get("/login")
    assert answer.status_code == 500
    assert b"marker" not in answer.content
    assert b"Traceback" not in answer.content
    record = RequestRecord.objects.get(request_id=answer.headers["X-Request-Id"])
    assert (record.endpoint, record.error) == ("accounts:login", "server_error")
    reference = record.reference
    assert f'id="error-reference">{reference}' in answer.content.decode()
    assert answer.headers["Content-Security-Policy"]
