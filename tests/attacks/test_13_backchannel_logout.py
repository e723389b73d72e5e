"""Group 13: what apps are told of sign-outs, received at the wire."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support import jose
from tests.support.browser import Browser
from tests.support.callback import Callback
from tests.support.page import Page
from tests.support.people import Person
from tests.support.seeded import POST_LOGOUT_URI
from tests.support.telling import App, Telling


@pytest.fixture
def person(telling: Telling) -> Person:
    return telling.signet.person()


@pytest.fixture
def browser(telling: Telling) -> Browser:
    return telling.signet.op.browser()


def _use(app: App, browser: Browser, person: Person, scope: str = "openid", **over: Any) -> Any:
    """Sign in at the app; the claims of its ID token, with the token itself."""
    tokens = app.rp.log_in(browser, person, scope, **over)
    claims = jose.verify(tokens["id_token"], app.rp.op.jwks(), app.rp.client.id_token_alg)
    return {**claims, "hint": tokens["id_token"], "refresh": tokens.get("refresh_token")}


def _sign_out(telling: Telling, browser: Browser, hint: str) -> None:
    params = {"id_token_hint": hint, "post_logout_redirect_uri": POST_LOGOUT_URI}
    stop = browser.open(telling.signet.op.url("end_session"), params)
    assert isinstance(stop, Callback)


def _told_once(telling: Telling, app: App, known: dict[str, Any]) -> dict[str, Any]:
    """What the app got, checked, and equal to what its ID token said."""
    (told,) = telling.apps.wait_for(app.path)
    claims = telling.check(app, told.token)
    assert (claims["sub"], claims["sid"]) == (known["sub"], known["sid"])
    return claims


@pytest.mark.spec(
    "OpenID Connect Back-Channel Logout 1.0",
    "2.4",
    "A nonce Claim MUST NOT be present. Its use is prohibited to make a Logout Token syntactically invalid if used in a forged Authentication Response in place of an ID Token.",
)
def test_each_app_of_the_session_gets_a_token_of_its_own_case_197(
    telling: Telling, browser: Browser, person: Person
) -> None:
    log_before = len(telling.signet.log.read_text())
    apps = [
        telling.app(),
        telling.app(id_token_signed_response_alg="ES256"),
        telling.app(subject_type="pairwise"),
    ]
    silent = telling.app(backchannel_logout_uri="")
    elsewhere = telling.app()
    known = [_use(app, browser, person) for app in apps]
    _use(silent, browser, person)
    elsewhere_known = _use(elsewhere, telling.signet.op.browser(), person)
    assert not any(telling.apps.at(app.path) for app in (*apps, elsewhere))

    _sign_out(telling, browser, known[0]["hint"])
    found = [_told_once(telling, app, claims) for app, claims in zip(apps, known, strict=True)]
    assert len({claims["jti"] for claims in found}) == 3
    assert len({claims["sid"] for claims in found}) == 3, "two apps could compare notes"
    assert found[0]["sub"] == found[1]["sub"] != found[2]["sub"]
    for app in apps:
        telling.settled(app, ("sent", 1), columns="status, attempts")
        assert len(telling.apps.at(app.path)) == 1
    assert telling.rows(silent) == telling.rows(elsewhere) == []
    assert not telling.apps.at(elsewhere.path)

    # Nobody else is taken for the app, and no log tells what was said.
    (told,) = telling.apps.at(apps[0].path)
    with pytest.raises(AssertionError):
        telling.check(apps[2], told.token)
    said = telling.signet.log.read_text()[log_before:]
    assert "logout_notice_sent" in said
    for app in apps:
        (told,) = telling.apps.at(app.path)
        assert not any(part in said for part in told.token.split("."))
    assert not any(claims["sid"] in said or claims["sub"] in said for claims in found)

    # A positive control of the app that was not told: its own sign-out reaches it.
    other = telling.signet.op.browser()
    again = _use(elsewhere, other, person)
    _sign_out(telling, other, again["hint"])
    assert _told_once(telling, elsewhere, again)["sid"] != elsewhere_known["sid"]


def test_that_was_not_me_tells_the_apps(telling: Telling, browser: Browser, person: Person) -> None:
    """Those of the thief's browser, those that go on without a browser, and those of this one."""
    mine, thiefs, offline = telling.app(), telling.app(), telling.app()
    thief = telling.signet.op.browser()
    known = [
        _use(mine, browser, person),
        _use(thiefs, thief, person),
        _use(offline, thief, person, "openid offline_access", prompt="consent"),
    ]
    page = browser.open("/account/not-me")
    assert isinstance(page, Page)
    done = browser.send(page.press("lock-down"))
    assert isinstance(done, Page)
    assert urlsplit(done.url).path == "/account/not-me/done"
    for app, claims in zip((mine, thiefs, offline), known, strict=True):
        _told_once(telling, app, claims)
    # They were told the truth.
    for app, claims in zip((mine, thiefs, offline), known, strict=True):
        if claims["refresh"]:
            assert app.rp.refresh(claims["refresh"]).status_code == 400


def test_whoever_ends_a_session_the_app_is_told(
    telling: Telling, browser: Browser, person: Person
) -> None:
    """The person from another browser; an administrator, by disabling them."""
    app = telling.app()
    there = _use(app, telling.signet.op.browser(), person)
    here = _use(app, browser, person)
    page = browser.open("/account/sessions")
    assert isinstance(page, Page)
    assert isinstance(browser.send(page.press("end-all-others")), Page)
    _told_once(telling, app, there)

    admin = telling.signet.op.browser()
    admin.walk_home(telling.signet.person(is_staff=True, is_superuser=True))
    page = admin.open(f"/admin/accounts/user/{person.id}/change/")
    assert isinstance(page, Page)
    (form,) = page.document.xpath("//form[@id='user_form']")
    fields = [(name, value) for name, value in form.form_values() if name != "is_active"]
    done = admin.post(
        page.url,
        [*fields, ("_save", "Save")],
        headers={"Origin": telling.signet.issuer, "Referer": page.url},
    )
    assert done.status_code in (302, 303), Page(done).text[:3000]
    _, last = telling.apps.wait_for(app.path, 2)
    claims = telling.check(app, last.token)
    assert (claims["sub"], claims["sid"]) == (here["sub"], here["sid"])
