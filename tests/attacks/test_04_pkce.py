"""Group 4: Proof Key for Code Exchange."""

import pytest

from tests.support import expect
from tests.support.browser import Browser
from tests.support.deployment import Deployment
from tests.support.people import Person
from tests.support.pkce import challenge, new_verifier
from tests.support.rp import OMIT, RelyingParty

NONE = {"code_challenge": OMIT, "code_challenge_method": OMIT}


@pytest.mark.parametrize("kind", ["native", "spa", "basic", "key"])
def test_pkce_is_required_case_062(
    signet: Deployment, browser: Browser, person: Person, kind: str
) -> None:
    rp = signet.rp(kind)
    rp.sign_in(browser, person)
    for over in (NONE, {**NONE, "code_challenge": ""}):
        asked = rp.ask(**over)
        for stop in (
            browser.open(asked.url),
            browser.cross_site_post(rp.op.url("authorization"), asked.params),
        ):
            expect.red(rp, browser, asked, stop, "invalid_request")
    # The exception is for confidential clients alone, whatever the row says (issue 2).
    stubborn = signet.rp(kind, require_pkce=False)
    if stubborn.client.method == "none":
        asked, stop = stubborn.start(browser, **NONE)
        expect.red(stubborn, browser, asked, stop, "invalid_request")


def test_s256_is_the_only_method_case_063(
    signet: Deployment, public: RelyingParty, browser: Browser, person: Person
) -> None:
    exempt = signet.rp("oidc")
    for rp in (public, exempt):
        rp.sign_in(browser, person)
        for method in ("plain", OMIT, "s256", "S256 ", " S256", "S512", "", "none"):
            asked, stop = rp.start(browser, code_challenge_method=method)
            expect.red(rp, browser, asked, stop, "invalid_request")
        for wrong in ("x", "a" * 42, "a" * 44, "a" * 42 + "=", "a" * 42 + "+", "ä" * 43, "a" * 129):
            asked, stop = rp.start(browser, code_challenge=wrong)
            expect.red(rp, browser, asked, stop, "invalid_request")
        asked = rp.ask()
        twice = [*asked.params.items(), ("code_challenge_method", "S256")]
        stop = browser.open(rp.op.url("authorization"), twice)
        expect.red(rp, browser, asked, stop, "invalid_request")


def test_a_stripped_challenge_is_noticed_case_064(
    signet: Deployment, browser: Browser, person: Person
) -> None:
    rp = signet.rp("oidc")
    asked, callback = rp.sign_in(browser, person, **NONE)
    answer = rp.redeem(asked, callback, code_verifier=new_verifier())
    expect.t400(answer, "invalid_grant", "invalid_request")
    assert rp.redeem(asked, callback).status_code == 200, "the exempt client itself goes on"


@pytest.mark.parametrize("kind", ["native", "basic", "oidc"])
def test_a_challenge_asks_for_its_verifier_case_065(
    signet: Deployment, browser: Browser, person: Person, kind: str
) -> None:
    rp = signet.rp(kind)
    asked, callback = rp.sign_in(browser, person)
    for verifier in (OMIT, ""):
        answer = rp.redeem(asked, callback, code_verifier=verifier)
        expect.t400(answer, "invalid_grant", "invalid_request")
    assert rp.redeem(asked, callback).status_code == 200


@pytest.mark.parametrize("kind", ["native", "basic"])
def test_only_the_right_verifier_fits_case_066(
    signet: Deployment, browser: Browser, person: Person, kind: str
) -> None:
    rp = signet.rp(kind)
    asked, callback = rp.sign_in(browser, person)
    right = asked.verifier
    last = "A" if right[-1] != "A" else "B"
    for wrong in (
        new_verifier(), challenge(right), right.swapcase(), right[:-1] + last, f"{right}A",
        right[:42], right + "é", f"{right} ", "a" * 129, right[::-1],
    ):  # fmt: skip
        expect.t400(rp.redeem(asked, callback, code_verifier=wrong), "invalid_grant")
    assert rp.redeem(asked, callback).status_code == 200


def test_discovery_says_s256_and_nothing_else_case_070(signet: Deployment) -> None:
    for place in ("openid-configuration", "oauth-authorization-server"):
        found = signet.op.http.get(f"{signet.issuer}/.well-known/{place}").json()
        assert found["code_challenge_methods_supported"] == ["S256"]


def test_a_constant_challenge_works_and_is_told_of_case_071(
    signet: Deployment, public: RelyingParty, browser: Browser, person: Person
) -> None:
    verifier = new_verifier()
    for _ in range(20):
        asked, callback = public.sign_in(browser, person, code_challenge=challenge(verifier))
        assert public.redeem(asked, callback, code_verifier=verifier).status_code == 200
    other = signet.rp("native")
    for _ in range(3):
        other.sign_in(browser, person)
    told = signet.sql(
        "SELECT client_id FROM accounts_auditevent WHERE name = 'challenge_repeated' "
        "AND client_id = ANY(%s)",
        [public.client.client_id, other.client.client_id],
    )
    assert told == [(public.client.client_id,)]
