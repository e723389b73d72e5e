"""Group 12: UserInfo."""

import time
from concurrent.futures import ThreadPoolExecutor

from tests.support import expect, jose
from tests.support.browser import Browser
from tests.support.deployment import Deployment
from tests.support.people import Person
from tests.support.rp import RelyingParty
from tests.support.seeded import ORIGIN

OFFLINE = {"scope": "openid offline_access", "prompt": "consent"}


def test_without_a_token_there_is_no_error_word_case_176(rp: RelyingParty) -> None:
    for method in ("GET", "POST"):
        answer = rp.op.http.request(method, rp.op.url("userinfo"))
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert "error" not in answer.headers["WWW-Authenticate"]


def test_what_is_no_living_access_token_case_177(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    tokens = rp.log_in(browser, person, **OFFLINE)
    token, now = tokens["access_token"], int(time.time())
    assert rp.userinfo(token).status_code == 200
    for wrong in (
        "garbage", "a.b.c", tokens["id_token"], tokens["refresh_token"], jose.tamper(token),
        signet.genuine(token, exp=now - 1), signet.genuine(token, iss="https://other.test"),
        signet.genuine(token, aud="https://other.test"), "x" * 7_000,
    ):  # fmt: skip
        expect.b401(rp.userinfo(wrong))
    assert rp.revoke(token).status_code == 200
    expect.b401(rp.userinfo(token))


def test_a_token_without_openid_case_178(
    rp: RelyingParty, browser: Browser, person: Person
) -> None:
    for scope in ("profile email", ""):
        token = rp.log_in(browser, person, scope)["access_token"]
        answer = rp.userinfo(token)
        assert answer.status_code == 403
        assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]
    own = rp.post("token", {"grant_type": "client_credentials"}).json()["access_token"]
    assert rp.userinfo(own).status_code in (401, 403)
    assert rp.userinfo(rp.log_in(browser, person)["access_token"]).status_code == 200


def test_a_token_in_the_query_is_not_honoured_case_180(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    token = rp.log_in(browser, person)["access_token"]
    url = f"{rp.op.url('userinfo')}?access_token={token}"
    for method in ("GET", "POST"):
        answer = rp.op.http.request(method, url)
        assert answer.status_code in (400, 401)
        assert token not in answer.text
    assert token not in signet.log.read_text()
    assert rp.userinfo(token).status_code == 200


def test_a_token_comes_once_case_181(rp: RelyingParty, browser: Browser, person: Person) -> None:
    token = rp.log_in(browser, person)["access_token"]
    both = rp.userinfo(token, "POST", data={"access_token": token})
    assert both.status_code == 400
    assert both.json()["error"] == "invalid_request"
    url = rp.op.url("userinfo")
    twice = rp.op.http.post(url, data=[("access_token", token), ("access_token", token)])
    assert twice.status_code == 400
    two_headers = rp.op.http.get(url, headers={"Authorization": f"Bearer {token}, Bearer {token}"})
    assert two_headers.status_code in (400, 401)
    assert rp.userinfo(token, "POST").status_code == 200


def test_no_cookie_opens_userinfo_case_184(
    signet: Deployment, browser: Browser, person: Person
) -> None:
    rp = signet.rp("spa")
    token = rp.log_in(browser, person)["access_token"]
    url = rp.op.url("userinfo")
    only_cookie = browser.http.get(url, headers={"Origin": "https://evil.test"})
    assert only_cookie.status_code == 401
    plain = rp.op.http.post(
        url, data=f"access_token={token}", headers={"Content-Type": "text/plain"}
    )
    assert plain.status_code in (400, 401)
    for origin, allowed in ((ORIGIN, True), ("https://evil.test", False), ("null", False)):
        for good in (token, "garbage"):
            answer = rp.userinfo(good, headers={"Origin": origin})
            assert answer.headers.get("Access-Control-Allow-Origin") == (
                origin if allowed else None
            )
            assert "Access-Control-Allow-Credentials" not in answer.headers
        ahead = rp.op.http.options(
            url,
            headers={
                "Origin": origin,
                "Access-Control-Request-Method": "GET",
                "Access-Control-Request-Headers": "authorization",
            },
        )
        assert ahead.status_code in (200, 204)
        assert ("Access-Control-Allow-Origin" in ahead.headers) is allowed
        assert "Access-Control-Allow-Credentials" not in ahead.headers
    assert rp.userinfo(token, headers={"Origin": ORIGIN}).status_code == 200


def test_pairwise_subs_differ_by_sector_alone_case_185(
    signet: Deployment, browser: Browser, person: Person
) -> None:
    def pairwise(host: str) -> RelyingParty:
        return signet.rp(subject_type="pairwise", redirect_uris=[f"https://{host}/cb"])

    one, twin, other, public = (
        pairwise("one.test"), pairwise("one.test"), pairwise("other.test"), signet.rp(),
    )  # fmt: skip
    subs = []
    for rp in (one, twin, other, public, signet.rp()):
        tokens = rp.log_in(browser, person)
        sub = jose.parts(tokens["id_token"])[1]["sub"]
        assert rp.userinfo(tokens["access_token"]).json()["sub"] == sub
        assert rp.introspect(tokens["access_token"]).json()["sub"] == sub
        assert jose.parts(tokens["access_token"])[1]["sub"] == sub
        subs.append(sub)
    assert subs[0] == subs[1]
    assert subs[3] == subs[4]
    assert len(set(subs)) == 3
    assert not {person.id, person.username} & set(subs)
    stranger = signet.person()
    assert jose.parts(one.log_in(signet.op.browser(), stranger)["id_token"])[1]["sub"] not in subs


def test_nobody_sees_anybody_else_case_186(signet: Deployment, rp: RelyingParty) -> None:
    tokens = []
    for _ in range(30):
        found = rp.log_in(signet.op.browser(), signet.person())
        tokens.append((jose.parts(found["id_token"])[1]["sub"], found["access_token"]))

    def ask(at: int) -> bool:
        sub, token = tokens[at % len(tokens)]
        answer = rp.userinfo(token)
        return answer.status_code == 200 and answer.json()["sub"] == sub

    assert len({sub for sub, _ in tokens}) == 30
    with ThreadPoolExecutor(20) as pool:
        assert all(pool.map(ask, range(2_000)))
