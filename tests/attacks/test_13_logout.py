"""Group 13: logout."""

import time

import pytest

from tests.support import expect, jose
from tests.support.browser import Browser
from tests.support.callback import Callback
from tests.support.deployment import Deployment
from tests.support.page import Page
from tests.support.people import Person
from tests.support.rp import RelyingParty
from tests.support.seeded import POST_LOGOUT_URI


def _logout(rp: RelyingParty, browser: Browser, **params: str) -> Page | Callback:
    return browser.open(rp.op.url("end_session"), params)


def _signed_in(rp: RelyingParty, browser: Browser) -> bool:
    _, stop = rp.start(browser, prompt="none")
    assert isinstance(stop, Callback)
    return "code" in stop.params


def test_only_a_registered_address_is_followed_case_188(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    hint = rp.log_in(browser, person)["id_token"]
    foreign = signet.rp(post_logout_redirect_uris=["https://rp2.test/out"])
    assert foreign.client.client_id
    for wrong in (
        "https://evil.test/", f"{POST_LOGOUT_URI}?a=b", f"{POST_LOGOUT_URI}/", f"{POST_LOGOUT_URI}#",
        "https://rp.test:8443/post_logout_redirect", "https://u@rp.test/post_logout_redirect",
        "https://rp2.test/out", "javascript:alert(1)", "//evil.test", rp.client.redirect_uri,
    ):  # fmt: skip
        stop = _logout(rp, browser, id_token_hint=hint, post_logout_redirect_uri=wrong)
        assert isinstance(stop, Page), wrong
        assert _signed_in(rp, browser)
    stop = _logout(rp, browser, id_token_hint=hint, post_logout_redirect_uri=POST_LOGOUT_URI)
    assert isinstance(stop, Callback)
    assert not _signed_in(rp, browser)


def test_no_other_site_signs_anybody_out_case_190(
    rp: RelyingParty, browser: Browser, person: Person
) -> None:
    rp.log_in(browser, person)
    url = rp.op.url("end_session")
    for stop in (
        browser.open(url),
        browser.open(url, {"client_id": rp.client.client_id}),
        browser.cross_site_post(url, {"client_id": rp.client.client_id}),
        browser.open(f"{rp.op.issuer}/sign-out"),
    ):
        assert isinstance(stop, Page)
        assert stop.status == 200
        assert _signed_in(rp, browser)
    page = _logout(rp, browser)
    assert isinstance(page, Page)
    # Neither the confirmation without its token nor that of another session counts.
    sent = page.press("logout-confirm")
    for fields in ([], [(name, "x" * 40) for name, _ in sent.fields]):
        answer = browser.post(sent.url, fields, headers={"Origin": rp.op.issuer})
        assert answer.status_code in (200, 403)
        assert _signed_in(rp, browser)
    foreign = browser.post(sent.url, sent.fields, headers={"Origin": "https://evil.test"})
    assert foreign.status_code == 403
    assert _signed_in(rp, browser)
    done = browser.send(sent)
    assert isinstance(done, Page)
    assert done.find("signed-out") is not None
    assert not _signed_in(rp, browser)


def test_a_bad_hint_is_no_hint_case_191(rp: RelyingParty, browser: Browser, person: Person) -> None:
    tokens = rp.log_in(browser, person)
    head, claims = jose.parts(tokens["id_token"])
    foreign = jose.sign(claims, jose.new_key(), "RS256", kid=head["kid"], typ="JWT")
    for hint in (
        jose.tamper(tokens["id_token"]), jose.sign(claims, None, "none"), foreign, "garbage",
        tokens["access_token"], "x" * 6_000, "\u00e4",
    ):  # fmt: skip
        stop = _logout(rp, browser, id_token_hint=hint, post_logout_redirect_uri=POST_LOGOUT_URI)
        assert isinstance(stop, Page)
        assert stop.status in (200, 400)
        assert _signed_in(rp, browser)
    big = browser.post(
        rp.op.url("end_session"),
        {"id_token_hint": "x" * 100_000, "post_logout_redirect_uri": POST_LOGOUT_URI},
    )
    assert big.status_code in (400, 413)
    assert _signed_in(rp, browser)


@pytest.mark.parametrize("state", ["retired", "deleted"])
def test_an_expired_but_genuine_hint_works_case_192(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person, state: str
) -> None:
    token = rp.log_in(browser, person)["id_token"]
    old = int(time.time()) - 86_400
    hint = signet.genuine(token, state, exp=old, iat=old - 3_600)
    stop = _logout(rp, browser, id_token_hint=hint, post_logout_redirect_uri=POST_LOGOUT_URI)
    assert isinstance(stop, Callback)
    assert not _signed_in(rp, browser)


@pytest.mark.parametrize("state", ["a\r\nSet-Cookie: x=y", "a&x=y", "a=b#c d+e%20", "\u2603"])
def test_state_comes_back_once_and_encoded_case_195(
    rp: RelyingParty, browser: Browser, person: Person, state: str
) -> None:
    hint = rp.log_in(browser, person)["id_token"]
    stop = _logout(
        rp, browser, id_token_hint=hint, post_logout_redirect_uri=POST_LOGOUT_URI, state=state
    )
    if isinstance(stop, Page):
        assert stop.status == 400
    else:
        assert stop.pairs == [("state", state)]
        assert "\r" not in stop.url
        assert "\n" not in stop.url
    assert "x" not in browser.cookies


def test_an_oversized_logout_state_is_refused(
    rp: RelyingParty, browser: Browser, person: Person
) -> None:
    """Case 195's 5 kB fit under the limit every parameter has (8 KiB): echoed; 9 kB: 400."""
    hint = rp.log_in(browser, person)["id_token"]
    fields = {"id_token_hint": hint, "post_logout_redirect_uri": POST_LOGOUT_URI}
    too_big = browser.post(rp.op.url("end_session"), {**fields, "state": "x" * 9_000})
    assert too_big.status_code == 400
    stop = browser.follow(browser.post(rp.op.url("end_session"), {**fields, "state": "x" * 5_000}))
    assert isinstance(stop, Callback)
    assert stop.params["state"] == "x" * 5_000


def test_after_logout_nothing_old_is_worth_anything_case_196(
    signet: Deployment, browser: Browser, person: Person
) -> None:
    rp = signet.rp(session_refresh=True)
    tokens = rp.log_in(browser, person)
    assert rp.refresh(tokens["refresh_token"]).status_code == 200
    account = browser.open("/account/password")
    assert isinstance(account, Page)
    assert "no-store" in account.response.headers["Cache-Control"]
    other_tab = rp.start(browser, prompt="consent")[1]
    assert isinstance(other_tab, Page)
    assert other_tab.kind == "consent"
    stolen = browser.twin()
    stop = _logout(
        rp, browser, id_token_hint=tokens["id_token"], post_logout_redirect_uri=POST_LOGOUT_URI
    )
    assert isinstance(stop, Callback)
    for one in (browser, stolen):
        assert not _signed_in(rp, one)
        back = one.open("/account/password")
        assert isinstance(back, Page)
        assert back.kind == "login"
    for one, sent in (
        (
            stolen,
            account.press(
                "submit-password", current_password=person.password, new_password="x" * 20
            ),
        ),
        (
            browser,
            account.press(
                "submit-password", current_password=person.password, new_password="y" * 20
            ),
        ),
    ):
        answer = one.send(sent)
        assert isinstance(answer, Page)
        assert answer.kind == "login" or answer.status == 403
    late = browser.send(other_tab.press("consent-allow"))
    assert isinstance(late, Page), "a form of an open tab gave a code"
    assert late.kind == "login" or late.status == 403
    expect.t400(rp.refresh(tokens["refresh_token"]), "invalid_grant")
    rp.log_in(signet.op.browser(), person)


def test_everywhere_means_everywhere_case_199(signet: Deployment, person: Person) -> None:
    """By the person themselves."""
    rp = signet.rp(session_refresh=True)
    browsers = [signet.op.browser() for _ in range(5)]
    tokens = [rp.log_in(one, person) for one in browsers]
    assert all(_signed_in(rp, one) for one in browsers)
    page = browsers[0].open("/account/sessions")
    assert isinstance(page, Page)
    done = browsers[0].send(page.press("end-all-others"))
    assert isinstance(done, Page)
    assert done.find("end-all-others") is None
    assert [_signed_in(rp, one) for one in browsers] == [True, False, False, False, False]
    for found in tokens[1:]:
        expect.b401(rp.userinfo(found["access_token"]))
        expect.t400(rp.refresh(found["refresh_token"]), "invalid_grant")
    assert rp.userinfo(tokens[0]["access_token"]).status_code == 200
    assert rp.refresh(tokens[0]["refresh_token"]).status_code == 200


def test_an_administrator_ends_everything_case_199(signet: Deployment, person: Person) -> None:
    rp = signet.rp(session_refresh=True)
    browsers = [signet.op.browser() for _ in range(5)]
    tokens = [rp.log_in(one, person) for one in browsers]
    offline = rp.log_in(browsers[0], person, "openid offline_access", prompt="consent")
    admin = signet.op.browser()
    admin.walk_home(signet.person(is_staff=True, is_superuser=True))
    page = admin.open("/admin/accounts/user/", {"q": person.username})
    assert isinstance(page, Page)
    (box,) = page.document.xpath("//input[@name='_selected_action']")
    (form,) = page.document.xpath("//form[@id='changelist-form']")
    hidden = {name: form.fields[name] for name in ("csrfmiddlewaretoken", "acting")}
    assert all(_signed_in(rp, one) for one in browsers)

    done = admin.post(
        page.url,
        {
            "action": "end_sessions",
            "index": "0",
            "_selected_action": box.get("value"),
            **hidden,
        },
        headers={"Origin": signet.issuer, "Referer": page.url},
    )
    assert done.status_code in (302, 303), Page(done).text[:3000]
    assert not any(_signed_in(rp, one) for one in browsers)
    for found in (*tokens, offline):
        expect.b401(rp.userinfo(found["access_token"]))
        expect.inactive(rp.introspect(found["access_token"]))
        expect.t400(rp.refresh(found["refresh_token"]), "invalid_grant")
    for one in browsers:
        account = one.open("/account/sessions")
        assert isinstance(account, Page)
        assert account.kind == "login"
    # The person may sign in again, and the administrator was not signed out.
    assert rp.log_in(signet.op.browser(), person)
    assert admin.get("/admin/").status_code == 200
