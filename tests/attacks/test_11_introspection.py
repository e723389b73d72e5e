"""Group 11: introspection and revocation."""

import time

import pytest
import requests

from tests.support import expect, jose, seeded
from tests.support.browser import Browser
from tests.support.deployment import Deployment
from tests.support.people import Person
from tests.support.rp import RelyingParty, basic
from tests.support.seeded import API, API2

OFFLINE = {"scope": "openid offline_access", "prompt": "consent"}


def test_only_an_authenticated_client_may_ask_case_162(
    rp: RelyingParty, public: RelyingParty, browser: Browser, person: Person
) -> None:
    token = rp.log_in(browser, person)["access_token"]
    url, op = rp.op.url("introspection"), rp.op
    expect.t401(op.http.post(url, data={"token": token}))
    wrong = {"Authorization": basic(rp.client.client_id, "wrong")}
    expect.t401(op.http.post(url, data={"token": token}, headers=wrong))
    bearer = {"Authorization": f"Bearer {token}"}
    expect.t401(op.http.post(url, data={"token": token}, headers=bearer))
    expect.t401(public.introspect(token))
    got = op.http.get(url, params={"token": token}, headers=rp.headers())
    assert got.status_code == 405
    assert got.headers["Allow"] == "POST"
    assert rp.is_active(token)


def test_what_is_not_good_is_inactive_and_no_more_case_163(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    tokens = rp.log_in(browser, person, **OFFLINE)
    token, now = tokens["access_token"], int(time.time())
    assert rp.is_active(token)
    for wrong in (
        "garbage", "a.b.c", "sgr_k1.AAAA", "sgc_", "\u00e4", "' OR 1=1", "x" * 8_000,
        signet.genuine(token, exp=now - 5), signet.genuine(token, nbf=now + 600),
        signet.genuine(token, jti="k1.AAAA"), signet.genuine(token, jti=None),
        signet.genuine(token, jti=7), jose.tamper(token), tokens["refresh_token"] + "A",
        tokens["refresh_token"][:-1], tokens["refresh_token"].upper(),
    ):  # fmt: skip
        expect.inactive(rp.introspect(wrong))
    for size in (100_000, 1_000_000):
        answer = rp.introspect("x" * size)
        assert answer.status_code == 413
    assert rp.revoke(token).status_code == 200
    expect.inactive(rp.introspect(token))
    expect.inactive(rp.introspect(tokens["refresh_token"]))


def test_foreign_tokens_are_inactive_case_164(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    rs1, rs2 = signet.introspector(API), signet.introspector(API2)
    scope = "openid offline_access orders.read stock.read"
    tokens = rp.log_in(browser, person, scope, prompt="consent", resource=API)
    for_api = rp.refresh(tokens["refresh_token"], resource=API).json()["access_token"]
    assert jose.parts(for_api)[1]["aud"] == API
    answer = rs1.introspect(for_api).json()
    assert answer["active"] is True
    assert answer["client_id"] == rp.client.client_id
    assert answer["aud"] == API
    expect.inactive(rs2.introspect(for_api))
    expect.inactive(signet.rp().introspect(for_api))
    # Tokens for Signet itself, and refresh tokens, are their own client's business alone.
    for token in (tokens["refresh_token"], tokens["access_token"]):
        assert rp.is_active(token)
        for other in (rs1, rs2, signet.rp()):
            expect.inactive(other.introspect(token))


def test_only_tokens_are_tokens_case_166(
    signet: Deployment, browser: Browser, person: Person
) -> None:
    rp = signet.rp("key")
    asked, callback = rp.sign_in(browser, person)
    unused = rp.sign_in(browser, person)[1].code
    tokens = rp.tokens(asked, callback)
    assertion = jose.client_assertion(rp.client.client_id, rp.op.issuer, seeded.CLIENT_KEY)
    ((sid,),) = signet.sql("SELECT id FROM accounts_session WHERE user_id = %s", person.id)
    (cookie,) = browser.cookies.values()
    for wrong in (
        tokens["id_token"], callback.code, unused, assertion, str(sid), cookie,
        jose.parts(tokens["id_token"])[1]["sid"], jose.parts(tokens["access_token"])[1]["jti"],
        unused.replace("sgc_", "sgr_"), rp.client.client_id,
    ):  # fmt: skip
        expect.inactive(rp.introspect(wrong))
    assert rp.is_active(tokens["access_token"])


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "unknown", "", "\u00e4"])
def test_a_hint_changes_nothing_case_167(
    rp: RelyingParty, browser: Browser, person: Person, hint: str
) -> None:
    tokens = rp.log_in(browser, person, **OFFLINE)
    for token in (tokens["access_token"], tokens["refresh_token"]):
        plain, hinted = rp.introspect(token), rp.introspect(token, token_type_hint=hint)
        assert plain.json() == hinted.json()
        assert hinted.json()["active"] is True
    assert rp.revoke(tokens["refresh_token"], token_type_hint=hint).status_code == 200
    expect.inactive(rp.introspect(tokens["access_token"]))


@pytest.mark.parametrize("kind", ["basic", "native"])
@pytest.mark.parametrize("which", ["refresh_token", "access_token"])
def test_revoking_one_ends_all_of_the_grant_case_169(
    signet: Deployment, browser: Browser, person: Person, kind: str, which: str
) -> None:
    """Documented: either token ends the whole authorization."""
    rp = signet.rp(kind)
    tokens, other = rp.log_in(browser, person, **OFFLINE), rp.log_in(browser, person, **OFFLINE)
    again = rp.refresh(tokens["refresh_token"]).json()
    known = {"refresh_token": again["refresh_token"], "access_token": tokens["access_token"]}
    assert rp.revoke(known[which]).status_code == 200
    for token in (tokens["access_token"], again["access_token"]):
        expect.b401(rp.userinfo(token))
    expect.t400(rp.refresh(again["refresh_token"]), "invalid_grant")
    assert rp.userinfo(other["access_token"]).status_code == 200, "another yes lives on"
    assert rp.refresh(other["refresh_token"]).status_code == 200


def test_nobody_revokes_anothers_token_case_170(
    signet: Deployment, rp: RelyingParty, public: RelyingParty, browser: Browser, person: Person
) -> None:
    p2 = signet.rp("native")
    for owner, thief in ((rp, signet.rp()), (public, p2), (rp, p2)):
        tokens = owner.log_in(browser, person, **OFFLINE)
        for token in (tokens["access_token"], tokens["refresh_token"]):
            assert thief.revoke(token).status_code in (200, 400)
        assert owner.userinfo(tokens["access_token"]).status_code == 200
        assert owner.refresh(tokens["refresh_token"]).status_code == 200
    tokens = rp.log_in(browser, person, **OFFLINE)
    expect.t401(rp.op.http.post(rp.op.url("revocation"), data={"token": tokens["refresh_token"]}))
    wrong = {"Authorization": basic(rp.client.client_id, "wrong")}
    expect.t401(
        rp.op.http.post(
            rp.op.url("revocation"), data={"token": tokens["refresh_token"]}, headers=wrong
        )
    )
    assert rp.is_active(tokens["access_token"])


def test_revoking_nothing_is_fine_case_171(
    rp: RelyingParty, browser: Browser, person: Person
) -> None:
    token = rp.log_in(browser, person)["access_token"]
    for one in ("unknown", "a.b.c", "sgr_k1.xxxx", "\u00e4", "x" * 8_000, token, token):
        answer = rp.revoke(one)
        assert answer.status_code == 200, one[:40]
    expect.b401(rp.userinfo(token))


@pytest.mark.parametrize("endpoint", ["introspection", "revocation"])
def test_no_jsonp_no_cookie_no_get_case_175(
    rp: RelyingParty, browser: Browser, person: Person, endpoint: str
) -> None:
    token = rp.log_in(browser, person)["access_token"]
    url = rp.op.url(endpoint)
    assert rp.op.http.get(url, params={"token": token}, headers=rp.headers()).status_code == 405
    # The browser's cookies authenticate nobody here.
    with_cookies: requests.Response = browser.http.post(
        url, data={"token": token}, headers={"Origin": "https://evil.test"}
    )
    expect.t401(with_cookies)
    assert "Access-Control-Allow-Origin" not in with_cookies.headers
    answer = rp.post(endpoint, {"token": token, "callback": "steal"})
    assert answer.status_code == 200
    assert "steal" not in answer.text
    if endpoint == "introspection":
        assert answer.json()["active"] is True
