"""accounts/pages/access.py: every page says who may see it, and every page is dressed alike."""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session as DjangoSession
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, get_resolver

from accounts.errors import TooManyAttempts
from accounts.models import User
from accounts.pages.errors import ErrorPages
from oauth.models import RequestRecord
from tests.accounts.surfer import Surfer, an_address

CSP = "Content-Security-Policy"
REDIRECTS = {".well-known/change-password"}
PAGES = [
    "/login?login=x&next=/password/forgot",
    "/password/forgot",
    "/password/forgot/sent",
    "/password/reset",
    "/password/reset/done",
    "/signed-out",
    "/not-permitted",
    "/no-such-page",
    "/first-administrator",
    "/first-administrator/done",
    "/language",
]


def account_pages(*access: str | None) -> list[URLPattern]:
    """The pages of this floor, or those with one of these kinds of access."""
    (mine,) = (
        part
        for part in get_resolver().url_patterns
        if getattr(part, "app_name", None) == "accounts"
    )
    pages = [page for page in mine.url_patterns if str(page.pattern) not in REDIRECTS]
    return [
        page for page in pages if not access or getattr(page.callback, "access", None) in access
    ]


@pytest.mark.parametrize("page", account_pages(), ids=lambda page: str(page.pattern))
def test_every_page_declares_its_access(page: Any) -> None:
    assert getattr(page.callback, "access", None) in ("public", "signed_in")


@pytest.mark.parametrize("page", account_pages("signed_in"), ids=lambda page: str(page.pattern))
def test_signed_in_pages_show_a_stranger_the_login(db: None, page: Any) -> None:
    url = "/" + str(page.pattern)
    for response in (Surfer().client.get(url), Client(HTTP_HOST="localhost").post(url)):
        assert response.status_code == 303
        assert response.headers["Location"].startswith("/login?login=")


@pytest.mark.parametrize("url", PAGES)
def test_the_headers_of_every_page_case_319(db: None, url: str) -> None:
    page = Surfer().open(url)
    headers = page.response.headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers[CSP].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers[CSP] and "form-action" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Permissions-Policy" in headers
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Cache-Control"] == "no-store"
    assert "Server" not in headers and "X-Powered-By" not in headers


@pytest.mark.parametrize("url", PAGES)
def test_no_page_needs_scripts_styles_or_others_case_332(db: None, url: str) -> None:
    text = Surfer().open(url).text
    for sign in ("<script", " style=", "<style", " onclick", 'src="http', 'href="http', 'href="//'):
        assert sign not in text
    assert text.count("<h1>") == 1
    assert "<title>" in text and 'lang="en"' in text


def test_the_cookie_is_guarded_and_short_case_323(bob: User) -> None:
    surfer = Surfer()
    surfer.sign_in()
    surfer.client.post("/language", {"language": "de"}, HTTP_ORIGIN="http://localhost")
    for cookie in surfer.client.cookies.values():
        assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/"
        assert not cookie["domain"]
        assert len(cookie.value) < 100
    now = {"signet", "signet-language", "signet-language-now"}
    assert set(surfer.client.cookies) == now


@pytest.mark.parametrize(
    "url", ["/no-such-page", "/favicon.ico", "/language", "/signed-out", "/oauth/authorize/resume"]
)
def test_a_page_without_a_form_of_its_own_remembers_nobody(db: None, url: str) -> None:
    response = Surfer().client.get(url)
    assert b'class="languages"' in response.content
    assert not response.cookies
    assert not DjangoSession.objects.exists()


@pytest.mark.parametrize(
    "cookie",
    ["", "x", "a" * 32, "z" * 8_000, "\0" * 20, "ä" * 20, "'; DROP TABLE x --", "{}", "0" * 40],
)
def test_any_other_cookie_is_nobody_case_229(bob: User, cookie: str) -> None:
    surfer = Surfer()
    surfer.sign_in()
    good = surfer.cookie
    for value in (cookie, good[:-1] + ("a" if good[-1] != "a" else "b"), good + "x"):
        surfer.cookie = value
        assert not surfer.is_signed_in()
        assert surfer.open("/account/sessions").shows("submit-login")
    surfer.cookie = good
    assert surfer.is_signed_in()


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("url", ["/login", "/password/forgot", "/account/sessions", "/sign-out"])
def test_other_methods_are_refused_with_a_page_case_329(db: None, method: str, url: str) -> None:
    client = Client(HTTP_HOST="localhost", REMOTE_ADDR=an_address())
    response = client.generic(method, url)
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]
    assert b'id="error-reference"' in response.content


def test_error_pages_have_a_reference_and_tell_nothing_else_case_330(bob: User) -> None:
    surfer = Surfer()
    surfer.sign_in()
    answers = {
        400: Client(HTTP_HOST="evil.test").get("/signed-out"),
        403: surfer.client.get("/not-permitted"),
        404: surfer.client.get("/<script>/../../etc/passwd"),
        405: surfer.client.get("/language"),
    }
    for status, response in answers.items():
        assert response.status_code == status
        text = response.content.decode()
        reference = response.headers["X-Request-Id"]
        if status == 403:
            record = RequestRecord.objects.get(request_id=reference)
            assert (record.endpoint, record.status) == ("accounts:not_permitted", 403)
            reference = record.reference
        assert f'<code id="error-reference">{reference}</code>' in text
        assert f'id="error-code">{status}<' in text
        for leak in ("Traceback", "django", "templates/", "SELECT", "<script>"):
            assert leak not in text


def test_whoever_is_slowed_gets_a_reference_that_can_be_looked_up(db: None) -> None:
    def slowed(request: HttpRequest) -> HttpResponse:
        raise TooManyAttempts(9)

    request = RequestFactory().get("/login")
    response = ErrorPages(slowed).process_exception(request, TooManyAttempts(9))
    assert response is not None and response.status_code == 429
    reference = RequestRecord.objects.get(error="too_many_requests").reference
    assert reference in response.content.decode()


@pytest.mark.parametrize("value", ["%0d%0aX-Evil:1", "%E5%98%8D%E5%98%8AX-Evil:1", "\u560d\u560aX"])
def test_line_ends_stay_inside_case_331(db: None, value: str) -> None:
    client = Client(HTTP_HOST="localhost", REMOTE_ADDR=an_address())
    for url in (
        f"/login?login={value}&next=/{value}",
        f"/password/reset?token={value}",
        f"/{value}",
    ):
        assert "X-Evil" not in client.get(url).headers


def test_two_thousand_parameters_are_refused_case_334(db: None) -> None:
    surfer = Surfer()
    surfer.open("/password/forgot")
    form = "application/x-www-form-urlencoded"
    many = "&".join(f"p{number}=x" for number in range(2_000))
    assert surfer.client.post("/password/forgot", many, content_type=form).status_code == 400
    large = "email=" + "x" * 70_000
    assert surfer.client.post("/password/forgot", large, content_type=form).status_code == 413


@pytest.mark.parametrize(
    "start", ["/account/sessions?page=2", "/", "/admin/", "/login?login=x&next=/account/password"]
)
def test_a_browser_without_cookies_is_told_so_and_not_sent_in_circles(db: None, start: str) -> None:
    client = Client(HTTP_HOST="localhost", REMOTE_ADDR=an_address())
    response, hops = client.get(start), 0
    while "Location" in response.headers and hops < 9:
        client.cookies.clear()
        response, hops = client.get(response.headers["Location"]), hops + 1
    assert response.status_code == 400
    text = response.content.decode()
    assert "Cookies are needed" in text
    # With cookies allowed, the way on is the page that was wanted.
    (again,) = re.findall(r'id="try-again" href="([^"]+)"', text)
    wanted = start.partition("next=")[2] or start
    assert again == wanted
    assert Surfer().open(again).shows("submit-login")


@pytest.mark.parametrize("page", ["/account/sessions?page=2", "/password/forgot"])
def test_an_old_login_page_in_a_new_browser_goes_on(bob: User, page: str) -> None:
    """No cookie yet is not the same as none kept."""
    surfer = Surfer()
    tab = surfer.open(f"/login?login=x&next={page}")
    assert tab.status == 200
    if tab.shows("submit-login"):
        tab = tab.sign_in()
    assert tab.url.startswith(page)
    if "sessions" in page:
        assert tab.url == page
