"""Group 21: headers, cookies, methods, errors."""

import http.client
import re
import ssl
from urllib.parse import urlsplit

import pytest
import requests

from tests.support.browser import Browser
from tests.support.deployment import Deployment
from tests.support.page import Page
from tests.support.people import Person
from tests.support.rp import RelyingParty
from tests.support.seeded import POST_LOGOUT_URI

PAGES = (
    "/", "/login", "/password/forgot", "/password/forgot/sent", "/password/reset",
    "/password/reset?token=x", "/account/password", "/account/sessions", "/apps", "/sign-out",
    "/signed-out", "/nowhere", "/oauth/authorize?client_id=x", "/oauth/authorize/resume?c=x",
    "/oauth/consent?c=x", "/oauth/end_session", "/oauth/logout", "/accounts/choose?c=x",
    "/first-administrator", "/first-administrator?token=x", "/outbox", "/not-permitted", "/admin/",
)  # fmt: skip
DOCUMENTS = (
    "/.well-known/openid-configuration", "/oauth/jwks", "/oauth/userinfo", "/oauth/token",
    "/oauth/introspect", "/oauth/revoke", "/livez", "/readyz", "/static/site.css", "/static/no.css",
)  # fmt: skip


@pytest.fixture(scope="module")
def everything(signet: Deployment) -> list[requests.Response]:
    """Every kind of answer there is, as a stranger and as somebody who is signed in."""
    rp, browser, person = signet.rp(), signet.op.browser(), signet.person()
    for signed_in in (False, True):
        if signed_in:
            hint = rp.log_in(browser, person, "openid offline_access", prompt="consent")["id_token"]
        for path in (*PAGES, *DOCUMENTS):
            browser.get(path)
    rp.sign_in(browser, person, response_mode="form_post")
    rp.start(browser, prompt="consent")
    rp.start(browser, redirect_uri="https://evil.test")
    rp.start(browser, max_age="x")
    rp.start(browser, prompt="select_account")
    browser.post("/login", {"x": "y"})
    browser.post("/sign-out", {"x": "y"}, headers={"Origin": "https://evil.test"})
    browser.post("/oauth/token", {"grant_type": "password"})
    browser.post("/password/forgot", {"email": "x" * 70_000})
    browser.open(
        rp.op.url("end_session"),
        {"id_token_hint": hint, "post_logout_redirect_uri": POST_LOGOUT_URI},
    )
    statuses = {answer.status_code for answer in browser.trail}
    assert {200, 303, 400, 401, 403, 404, 405, 413} <= statuses
    return browser.trail


def _html(answers: list[requests.Response]) -> list[requests.Response]:
    found = [one for one in answers if "html" in one.headers.get("Content-Type", "") and one.text]
    assert len(found) > 30
    return found


def test_every_page_has_a_strict_policy_case_319(everything: list[requests.Response]) -> None:
    for answer in _html(everything):
        policy = dict(
            [*(part.split() or [""])[0:1], " ".join(part.split()[1:])]
            for part in answer.headers["Content-Security-Policy"].split(";")
            if part.strip()
        )
        assert "unsafe" not in str(policy), answer.url
        default = policy["default-src"]
        assert policy.get("object-src", default) == "'none'", answer.url
        assert policy["base-uri"] == "'none'"
        assert policy["frame-ancestors"] == "'none'"
        assert policy.get("script-src", default) in ("'self'", "'none'")
        assert "http:" not in str(policy)
        assert "*" not in str(policy)
        # Nothing inline that the policy would have to allow.
        document = Page(answer).document
        assert not document.xpath("//style | //@style | //script[not(@src)]"), answer.url
        assert not list(document.xpath("//@*[starts-with(name(), 'on')]"))


def test_every_answer_over_tls_insists_on_tls_case_321(
    everything: list[requests.Response],
) -> None:
    for answer in everything:
        header = answer.headers.get("Strict-Transport-Security", "")
        assert "max-age=" in header, f"{answer.status_code} {answer.url}"
        assert int(re.findall(r"max-age=(\d+)", header)[0]) >= 31_536_000
        assert "includeSubDomains" in header


def test_every_answer_guards_its_reader_case_322(everything: list[requests.Response]) -> None:
    for answer in everything:
        where = f"{answer.request.method} {answer.status_code} {answer.url}"
        assert answer.headers["X-Content-Type-Options"] == "nosniff", where
        # A version would tell an attacker what to look up.
        for name in ("Server", "X-Powered-By", "Via"):
            assert not re.search(r"\d", answer.headers.get(name, "")), where
        if answer.content:
            kind = answer.headers["Content-Type"]
            assert kind.startswith(("application/json", "text/", "image/")), where
            if kind.startswith("text/"):
                assert "charset=utf-8" in kind.lower().replace('"', ""), where
    for answer in _html(everything):
        assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer"), answer.url
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", answer.url
        assert answer.headers["Permissions-Policy"], answer.url


def test_cookies_are_locked_case_323(everything: list[requests.Response]) -> None:
    seen = set()
    for answer in everything:
        for header in answer.raw.headers.getlist("Set-Cookie"):
            name, _, rest = header.partition("=")
            value, *attributes = [part.strip() for part in rest.split(";")]
            lowered = {attribute.lower() for attribute in attributes}
            seen.add(name)
            assert name.startswith("__Host-"), header
            assert {"secure", "httponly", "path=/"} <= lowered, header
            assert lowered & {"samesite=lax", "samesite=strict"}, header
            assert not any(one.startswith("domain") for one in lowered), header
            assert len(value) <= 4_096
            assert re.fullmatch(r"[A-Za-z0-9_-]*", value.strip('"')), "not opaque"
    assert "__Host-signet" in seen


def test_nothing_personal_is_kept_case_325(everything: list[requests.Response]) -> None:
    public = ("/.well-known/", "/oauth/jwks", "/static/")
    for answer in everything:
        path = urlsplit(answer.url).path
        if path.startswith(public):
            continue
        assert "no-store" in answer.headers.get("Cache-Control", ""), (
            f"{answer.status_code} {answer.url}"
        )


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT"])
@pytest.mark.parametrize("path", ["/", "/login", "/oauth/token", "/oauth/authorize", "/livez"])
def test_debugging_methods_case_329(signet: Deployment, method: str, path: str) -> None:
    context = ssl.create_default_context(cafile=signet.ca)
    connection = http.client.HTTPSConnection(
        "localhost", signet.ports[0], context=context, timeout=10
    )
    connection.putrequest(method, path)
    connection.putheader("X-Secret", "do-not-echo")
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.status in (400, 405, 501), answer.status
    assert b"do-not-echo" not in body


LEAKS = ("Traceback", "SELECT ", "psycopg", "django.", "site-packages", ".html", "DEBUG", ".py")


def _tells_nothing(answer: requests.Response) -> None:
    for leak in LEAKS:
        assert leak not in answer.text, f"{leak} at {answer.url}"
    assert (
        answer.headers.get("X-Request-Id")
        or answer.headers.get("Signet-Reference")
        or "error-reference" in answer.text
    ), f"{answer.status_code} {answer.url}"


def test_errors_tell_nothing_of_the_inside_case_330(
    signet: Deployment, rp: RelyingParty, browser: Browser, everything: list[requests.Response]
) -> None:
    failed = [answer for answer in everything if answer.status_code >= 400]
    assert {400, 401, 403, 404, 405, 413} <= {answer.status_code for answer in failed}
    for answer in failed:
        _tells_nothing(answer)
    for path in ("/login", "/oauth/consent", "/nowhere", "/oauth/authorize"):
        for raw in ("?%00", "?a=%ff%fe", "?%", "/%00", "?" + "a=b&" * 3_000):
            answer = browser.get(path + raw)
            assert answer.status_code < 500
            assert not [leak for leak in LEAKS if leak in answer.text]


def test_a_crash_tells_nothing_of_the_inside_case_330(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    """Forced on every floor, by taking a table away: the page, the endpoint, the administration."""
    rp.log_in(browser, person)
    asked, callback = rp.sign_in(browser, person)
    http, cookies = requests.Session(), browser.http.cookies
    http.verify, http.trust_env = signet.ca, False
    code = {
        "grant_type": "authorization_code",
        "code": callback.code,
        "code_verifier": asked.verifier,
    }
    broken = []
    for table, method, path, data in (
        ("accounts_session", "GET", "/account/sessions", None),
        ("accounts_session", "GET", "/admin/", None),
        ("accounts_browser", "GET", "/login", None),
        ("oauth_authorization", "POST", "/oauth/token", code),
        ("oauth_authorization", "GET", asked.url.removeprefix(signet.issuer), None),
        ("oauth_resource", "GET", "/.well-known/openid-configuration", None),
    ):
        signet.sql(f"ALTER TABLE {table} RENAME TO {table}_away")
        try:
            headers = rp.headers() if data else {}
            answer = http.request(
                method, f"{signet.issuer}{path}", data=data, headers=headers, cookies=cookies
            )
        finally:
            signet.sql(f"ALTER TABLE {table}_away RENAME TO {table}")
        _tells_nothing(answer)
        if answer.status_code == 500:
            broken.append(path)
            assert table not in answer.text
            if method == "POST":
                assert answer.json()["error"] == "server_error"
            else:
                assert Page(answer).words("error-reference")
    assert {"/account/sessions", "/admin/", "/oauth/token"} <= set(broken), broken
    # The very same request is answered once the table is there: a crash rolls back.
    assert rp.redeem(asked, callback).status_code == 200


@pytest.mark.parametrize(
    "break_", ["\r\nX-Evil: 1", "%0d%0aX-Evil:%201", "\u560d\u560aX-Evil: 1", "\nX-Evil:1"]
)
def test_no_line_break_splits_a_header_case_331(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person, break_: str
) -> None:
    rp.sign_in(browser, person)
    for name in (
        "state", "nonce", "redirect_uri", "client_id", "scope", "prompt", "login_hint", "ui_locales",
        "acr_values", "display", "max_age", "claims", "resource", "id_token_hint",
    ):  # fmt: skip
        asked = rp.ask()
        params = {**asked.params, name: f"{asked.params.get(name, '')}{break_}"}
        browser.open(rp.op.url("authorization"), params)
    for path in (f"/nowhere{break_}", f"/login?next=/{break_}", f"/{break_}"):
        browser.get(requests.utils.requote_uri(path.replace("\r", "%0d").replace("\n", "%0a")))
    browser.post("/language", {"language": f"de{break_}", "next": f"/{break_}"})
    browser.open(rp.op.url("end_session"), {"state": break_, "post_logout_redirect_uri": break_})
    rp.op.http.post(rp.op.url("token"), data={"grant_type": break_, "client_id": break_})
    for answer in browser.trail:
        assert "X-Evil" not in answer.headers
        assert "\r" not in str(answer.headers.get("Location"))
        assert "\n" not in str(answer.headers.get("Location"))


def test_pages_load_nothing_from_elsewhere_case_332(
    signet: Deployment, everything: list[requests.Response]
) -> None:
    for answer in _html(everything):
        document = Page(answer).document
        document.make_links_absolute(answer.url)
        for element, attribute, link, _ in document.iterlinks():
            if attribute in ("src", "data", "poster", "background") or element.tag == "link":
                assert link.startswith((f"{signet.issuer}/", "data:")), f"{link} on {answer.url}"
    css = signet.op.http.get(f"{signet.issuer}/static/site.css").text
    assert not re.findall(r"url\(\s*['\"]?(?:https?:)?//", css)
    assert "@import" not in css
