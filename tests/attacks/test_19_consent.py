"""Group 19: consent."""

import json
import time
import uuid

import pytest

from tests.support import expect
from tests.support.browser import Browser
from tests.support.callback import Callback
from tests.support.deployment import Deployment
from tests.support.page import Page
from tests.support.people import Person
from tests.support.rp import OMIT, RelyingParty
from tests.support.seeded import API, API2


def _to_consent(
    rp: RelyingParty, browser: Browser, person: Person, scope: str = "openid", **over: str
) -> Page:
    _, stop = rp.start(browser, scope, **over)
    if isinstance(stop, Page) and stop.kind == "login":
        stop = browser.log_in(stop, person)
    assert isinstance(stop, Page), f"no consent was asked: {stop.url}"
    assert stop.kind == "consent", stop.text
    return stop


def _codes(signet: Deployment, person: Person) -> int:
    ((found,),) = signet.sql(
        "SELECT count(*) FROM oauth_authorization WHERE user_id = %s", person.id
    )
    return int(found)


def test_nobody_else_presses_allow_case_291(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    page = _to_consent(rp, browser, person)
    sent = page.press("consent-allow")
    mallory_browser, mallory = signet.op.browser(), signet.person()
    foreign = _to_consent(rp, mallory_browser, mallory).press("consent-allow")
    fields = dict(sent.fields)
    other_page = dict(
        _to_consent(rp, browser, person, "openid email").press("consent-allow").fields
    )
    for attempt, origin in (
        (sent.fields, "https://evil.test"),
        (sent.fields, "null"),
        ({"decision": "allow"}, signet.issuer),
        ({**fields, "csrfmiddlewaretoken": "x" * 64}, signet.issuer),
        ({**fields, "form_token": ""}, signet.issuer),
        ({**fields, "form_token": dict(foreign.fields)["form_token"]}, signet.issuer),
        ({**fields, "form_token": other_page["form_token"]}, signet.issuer),
    ):
        answer = browser.post(sent.url, attempt, headers={"Origin": origin})
        assert answer.status_code == 403
        assert "Location" not in answer.headers
    cookieless = signet.op.browser().post(sent.url, sent.fields, headers={"Origin": signet.issuer})
    assert cookieless.status_code == 403
    assert _codes(signet, person) == 0
    assert isinstance(browser.send(sent), Callback)
    assert _codes(signet, person) == 1


def test_no_page_can_be_framed_case_292(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    pages = [rp.start(browser)[1], _to_consent(rp, browser, person)]
    pages += [
        browser.open(path)
        for path in (
            "/oauth/authorize?client_id=x", "/sign-out", "/signed-out", "/password/forgot",
            "/password/reset", "/password/forgot/sent", "/account/sessions", "/apps", "/",
            "/nowhere", "/oauth/end_session", "/accounts/choose?c=x", "/outbox",
        )
    ]  # fmt: skip
    _, callback = rp.sign_in(browser, person, response_mode="form_post")
    assert callback.page is not None
    pages.append(callback.page)
    kinds = set()
    for page in pages:
        assert isinstance(page, Page)
        kinds.add(page.kind)
        assert "frame-ancestors 'none'" in page.response.headers["Content-Security-Policy"]
        assert page.response.headers["X-Frame-Options"] == "DENY"
    assert {"login", "consent", "error", "logout", "signed_out"} <= kinds
    # Redirects and refusals too.
    for response in browser.trail:
        if "html" in response.headers.get("Content-Type", ""):
            assert response.headers["X-Frame-Options"] == "DENY", response.url


def test_what_was_not_shown_is_asked_again_case_294(
    signet: Deployment, browser: Browser, person: Person
) -> None:
    rp = signet.rp(redirect_uris=["https://rp.test/cb", "https://other.test/cb"])

    def asked_again(scope: str = "openid", **over: str) -> bool:
        _, stop = rp.start(browser, scope, **over)
        return isinstance(stop, Page) and stop.kind == "consent"

    rp.sign_in(browser, person, "openid email")
    assert not asked_again("openid email")
    assert not asked_again("openid")
    assert asked_again("openid email profile")
    assert asked_again("openid", claims=json.dumps({"userinfo": {"phone_number": None}}))
    assert asked_again("openid", resource=API)
    assert asked_again("openid orders.read")
    rp.sign_in(browser, person, "openid orders.read", resource=API)
    assert not asked_again("openid orders.read", resource=API)
    assert asked_again("openid orders.read", resource=API2)
    assert asked_again("openid", redirect_uri="https://other.test/cb")
    assert not asked_again("openid orders.read")


def test_a_scope_whose_words_changed_is_asked_again(
    signet: Deployment, browser: Browser, person: Person
) -> None:
    name = signet.copy("oauth_scope", "name", "orders.read", name=f"x.{uuid.uuid4()}")["name"]
    rp = signet.rp(scopes=["openid", name])
    rp.sign_in(browser, person, f"openid {name}")
    assert isinstance(rp.start(browser, f"openid {name}")[1], Callback)
    signet.sql("UPDATE oauth_scope SET title = 'read and sell orders' WHERE name = %s", name)
    time.sleep(1.1)  # a client and its APIs are known for a second
    _, stop = rp.start(browser, f"openid {name}")
    assert isinstance(stop, Page)
    assert "read and sell orders" in stop.text


def test_a_no_is_final_case_296(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    asked, stop = rp.start(browser)
    assert isinstance(stop, Page)
    page = browser.log_in(stop, person)
    assert isinstance(page, Page)
    callback = browser.send(page.press("consent-deny"))
    expect.red(rp, browser, asked, callback, "access_denied")
    kept = signet.sql("SELECT count(*) FROM oauth_consent WHERE user_id = %s", person.id)
    assert kept == [(0,)]
    # Back, and the other button of the page that is still there.
    second = browser.send(page.press("consent-allow"))
    if isinstance(second, Callback):
        expect.red(rp, browser, asked, second, "access_denied")
    else:
        assert second.status == 400 or second.kind in ("consent", "already_answered")
    given = signet.sql(
        "SELECT count(*) FROM oauth_authorization WHERE user_id = %s AND refused_at IS NULL",
        person.id,
    )
    assert given == [(0,)]
    kept = signet.sql("SELECT count(*) FROM oauth_consent WHERE user_id = %s", person.id)
    assert kept == [(0,)]
    rp.sign_in(browser, person)
    assert _codes(signet, person) == 2


def test_closing_the_page_stores_nothing(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    _to_consent(rp, browser, person)
    assert _codes(signet, person) == 0
    asked, stop = rp.start(browser, prompt="none")
    expect.red(rp, browser, asked, stop, "consent_required", "interaction_required")


def test_offline_access_is_shown_or_ignored_case_298(
    signet: Deployment, browser: Browser, person: Person
) -> None:
    rp = signet.rp()
    without_grant = signet.rp(grant_types=["authorization_code"])
    assert "refresh_token" not in rp.log_in(browser, person)
    # Hidden among other scopes, without prompt=consent: the page says what it means.
    asked, stop = rp.start(browser, "openid email offline_access profile")
    assert isinstance(stop, Page)
    assert stop.kind == "consent"
    without = _to_consent(signet.rp(), browser, person, "openid email profile")
    lines = [len(page.document.xpath("//ul[@class='scopes']/li")) for page in (stop, without)]
    assert lines[0] == lines[1] + 1, "offline access has no line of its own"
    assert "refresh_token" in rp.tokens(asked, browser.walk(stop))
    page = _to_consent(without_grant, browser, person, "openid offline_access", prompt="consent")
    plain = _to_consent(signet.rp(), browser, person, "openid")
    assert len(page.document.xpath("//ul[@class='scopes']/li")) == len(
        plain.document.xpath("//ul[@class='scopes']/li")
    )
    tokens = without_grant.log_in(browser, person, "openid offline_access", prompt="consent")
    assert "refresh_token" not in tokens
    assert "offline_access" not in tokens["scope"].split()


def test_consent_says_who_asks_for_what_case_299(
    signet: Deployment, browser: Browser, person: Person
) -> None:
    t1 = signet.rp("untrusted", client_name="The basic app", client_uri="https://evil.test")
    page = _to_consent(t1, browser, person, "openid email orders.read")
    text = page.text
    assert "The basic app" in text
    assert "rp.test" in text, "the host the answer goes to"
    assert page.find("unverified") is not None
    assert "read orders" in text, "the API's own words"
    assert "orders.read" not in text, "a scope's name instead of its words"
    assert person.email in text
    assert page.find("switch-account") is not None
    assert page.find("consent-allow") is not None
    assert page.find("consent-deny") is not None
    trusted = _to_consent(signet.rp(), browser, person)
    assert trusted.find("unverified") is None
    hostile = signet.rp("untrusted", client_name="<img src=x onerror=alert(1)> & \u202eevil")
    page = _to_consent(hostile, browser, person)
    assert not page.document.xpath("//img[@onerror]")


@pytest.mark.parametrize("scope", ["openid", "", OMIT])
def test_consent_is_asked_however_little_is_wanted_case_300(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person, scope: str | None
) -> None:
    over = {} if scope is None else {"scope": scope}
    asked = rp.ask(**over) if over else rp.ask(scope=OMIT)
    stop = browser.open(asked.url)
    assert isinstance(stop, Page)
    stop = browser.log_in(stop, person)
    assert isinstance(stop, Page), "no consent was asked"
    assert stop.kind == "consent"
    for unknown in ("nonsense", "nonsense more", "OPENID"):
        asked, refused = rp.start(browser, unknown)
        expect.red(rp, browser, asked, refused, "invalid_scope")
    first = signet.rp(first_party=True)
    assert isinstance(first.start(browser)[1], Callback), "positive control: first-party skips it"
