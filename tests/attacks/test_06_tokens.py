"""Group 6: genuine tokens in the wrong place, at the wrong time, of the wrong issuer."""

import time

import pytest

from tests.support import expect, jose, seeded
from tests.support.browser import Browser
from tests.support.callback import Callback
from tests.support.deployment import Deployment
from tests.support.page import Page
from tests.support.people import Person
from tests.support.ride_along import assert_id_token
from tests.support.rp import RelyingParty


def test_one_kind_of_token_is_no_other_case_096(
    signet: Deployment, browser: Browser, person: Person
) -> None:
    rp = signet.rp("key")
    tokens = rp.log_in(browser, person)
    assertion = jose.client_assertion(rp.client.client_id, rp.op.issuer, seeded.CLIENT_KEY)
    assert rp.is_active(tokens["access_token"])
    for wrong in (tokens["id_token"], assertion):
        expect.b401(rp.userinfo(wrong))
        expect.inactive(rp.introspect(wrong))
    asked, stop = rp.start(browser, prompt="none", id_token_hint=tokens["access_token"])
    expect.red(rp, browser, asked, stop, "invalid_request", "login_required")
    stop = browser.open(
        rp.op.url("end_session"),
        {
            "id_token_hint": tokens["access_token"],
            "post_logout_redirect_uri": seeded.POST_LOGOUT_URI,
        },
    )
    assert isinstance(stop, Page)
    for wrong in (tokens["id_token"], tokens["access_token"]):
        grant = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": wrong,
        }
        expect.t401(rp.op.http.post(rp.op.url("token"), data=grant))
    asked, stop = rp.start(browser, prompt="none", id_token_hint=tokens["id_token"])
    assert isinstance(stop, Callback)
    assert stop.code


@pytest.mark.parametrize("alg", ["RS256", "ES256", "PS256", "EdDSA"])
def test_id_tokens_say_the_truth_case_099(
    signet: Deployment, browser: Browser, person: Person, alg: str
) -> None:
    rp = signet.rp(id_token_signed_response_alg=alg)
    before = int(time.time())
    asked, callback = rp.sign_in(browser, person, "openid offline_access", prompt="consent")
    answer = rp.tokens(asked, callback)
    time.sleep(1.05)
    refreshed = rp.refresh(answer["refresh_token"]).json()
    without = rp.log_in(browser, person, nonce=None)
    for tokens, nonce in (
        (answer, asked.params["nonce"]), (refreshed, None), (without, None),
    ):  # fmt: skip
        claims = assert_id_token(
            rp, tokens["id_token"], nonce=nonce, access_token=tokens["access_token"]
        )
        assert claims["aud"] == rp.client.client_id
        assert claims["exp"] - claims["iat"] <= 3_600
        assert claims["at_hash"] == jose.half_hash(alg, tokens["access_token"])
        assert before <= claims["auth_time"] <= claims["iat"]
        assert claims["amr"] == ["pwd"]
        assert claims["sid"]
    assert (
        jose.parts(answer["id_token"])[1]["auth_time"]
        == jose.parts(refreshed["id_token"])[1]["auth_time"]
    )


def test_tokens_end_when_they_say_case_100(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    """Documented skew: none at our own resources, since we made the token ourselves."""
    token = rp.log_in(browser, person)["access_token"]
    now = int(time.time())

    def accepted(text: str) -> bool:
        answer = rp.userinfo(text)
        if answer.status_code != 200:
            expect.b401(answer)
        active = rp.is_active(text)
        assert active is (answer.status_code == 200), "two answers about one token"
        return active

    assert accepted(token)
    assert accepted(signet.genuine(token)), "positive control of the forging"
    assert accepted(signet.genuine(token, exp=now + 30))
    assert not accepted(signet.genuine(token, exp=now - 1))
    assert not accepted(signet.genuine(token, exp=now - 61))
    assert not accepted(signet.genuine(token, nbf=now + 30))
    assert not accepted(signet.genuine(token, exp=None))
    for strange in ("9999999999", 1e400, True, [now + 60]):
        assert not accepted(signet.genuine(token, exp=strange))


def test_a_token_of_another_issuer_case_102(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    tokens = rp.log_in(browser, person)
    attacker = {"RS256": jose.new_key("RSA"), "ES256": jose.new_key("EC")}
    issuer = signet.issuer
    for iss in (f"{issuer}/", issuer.replace("https", "http"), "https://evil.test", None, [issuer]):
        expect.b401(rp.userinfo(signet.genuine(tokens["access_token"], iss=iss)))
        expect.inactive(rp.introspect(signet.genuine(tokens["access_token"], iss=iss)))
        hint = signet.genuine(tokens["id_token"], iss=iss)
        asked, stop = rp.start(browser, prompt="none", id_token_hint=hint)
        expect.red(rp, browser, asked, stop, "invalid_request", "login_required")
    for token in (tokens["access_token"], tokens["id_token"]):
        head, claims = jose.parts(token)
        alg = head.pop("alg")
        foreign = jose.sign(claims, attacker[alg], alg, **head)
        expect.b401(rp.userinfo(foreign))
        asked, stop = rp.start(browser, prompt="none", id_token_hint=foreign)
        expect.red(rp, browser, asked, stop, "invalid_request", "login_required")
    assert rp.userinfo(signet.genuine(tokens["access_token"])).status_code == 200
    hint = signet.genuine(tokens["id_token"])
    asked, stop = rp.start(browser, prompt="none", id_token_hint=hint)
    assert isinstance(stop, Callback)
    assert stop.code


@pytest.mark.parametrize("state", ["retired", "deleted"])
def test_old_but_genuine_hints_still_say_who(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person, state: str
) -> None:
    """Public halves of deleted keys verify hints (design §6), and no access token."""
    tokens = rp.log_in(browser, person)
    old = signet.genuine(tokens["id_token"], state, exp=int(time.time()) - 86_400)
    _asked, stop = rp.start(browser, prompt="none", id_token_hint=old)
    assert isinstance(stop, Callback)
    assert stop.code
    access = signet.genuine(tokens["access_token"], state)
    if state == "deleted":
        expect.b401(rp.userinfo(access))
        expect.inactive(rp.introspect(access))
    else:
        assert rp.userinfo(access).status_code == 200


def test_algorithms_are_the_registered_ones_case_103(
    signet: Deployment, browser: Browser, person: Person
) -> None:
    rp = signet.rp(id_token_signed_response_alg="ES256")
    claims = jose.verify(rp.log_in(browser, person)["id_token"], rp.op.jwks(), "ES256")
    assert claims["aud"] == rp.client.client_id
    for profile, alg in (("native", "HS256"), ("web", "none"), ("web", "HS256"), ("web", "RS1")):
        client = {
            "client_id": f"c_alg_{profile}_{alg}", "client_name": "A", "profile": profile,
            "redirect_uris": ["https://rp.test/cb"], "scopes": ["openid"],
            "id_token_signed_response_alg": alg,
        }  # fmt: skip
        with pytest.raises(RuntimeError, match="id_token_signed_response_alg"):
            signet.apply({"clients": [client]})
    signet.apply({"clients": [{**client, "id_token_signed_response_alg": "PS256"}]})
