"""Group 1: what the authorize endpoint answers, and how it travels."""

import json
import math
import time
from collections import Counter

import pytest

from tests.support import expect, jose
from tests.support.browser import Browser
from tests.support.callback import Callback
from tests.support.deployment import Deployment
from tests.support.page import Page
from tests.support.people import Person
from tests.support.rp import RelyingParty

MULTI = "urn:signet:acr:multi-factor"


@pytest.mark.parametrize("mode", ["query", "fragment", "form_post"])
def test_every_response_names_its_issuer_case_014(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person, mode: str
) -> None:
    assert rp.op.metadata["authorization_response_iss_parameter_supported"] is True
    answers = []
    asked, stop = rp.start(browser, prompt="none", response_mode=mode)
    answers.append(expect.red(rp, browser, asked, stop, "login_required"))
    asked, stop = rp.start(browser, max_age="abc", response_mode=mode)
    answers.append(expect.red(rp, browser, asked, stop, "invalid_request"))
    asked, stop = rp.start(browser, response_mode=mode)
    denied = browser.walk(stop, person, consent="deny")
    answers.append(expect.red(rp, browser, asked, denied, "access_denied"))
    asked, stop = rp.start(browser, response_mode=mode)
    answers.append(browser.walk(stop, person))
    rp.check_callback(asked, answers[-1])
    assert answers[-1].code
    assert [one.params["iss"] for one in answers] == [rp.op.metadata["issuer"]] * 4


def test_a_password_never_travels_on_case_015(
    rp: RelyingParty, browser: Browser, person: Person
) -> None:
    _, callback = rp.sign_in(browser, person)
    assert browser.seen == ["login", "consent"]
    posts = [one for one in browser.trail if one.request.method == "POST"]
    assert len(posts) == 2
    assert {one.status_code for one in posts} <= {302, 303}
    assert callback.method == "GET"
    for response in browser.trail:
        for text in (response.url, response.headers.get("Location", "")):
            assert person.password not in text.replace("+", " ").replace("%20", " ")


def test_a_silent_request_of_a_trusted_client_is_answered_silently_case_017(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    def silent(one: RelyingParty, *errors: str, scope: str = "openid", **over: str) -> None:
        asked, stop = one.start(browser, scope, prompt="none", **over)
        assert isinstance(stop, Callback), "a page was shown"
        expect.red(one, browser, asked, stop, *errors)

    silent(rp, "login_required")
    tokens = rp.log_in(browser, person)
    _asked, stop = rp.start(browser, prompt="none")
    assert isinstance(stop, Callback)
    assert stop.code
    stranger = signet.rp()
    silent(stranger, "consent_required", "interaction_required")
    silent(rp, "consent_required", "interaction_required", scope="openid email")
    demanded = {"id_token": {"acr": {"essential": True, "value": MULTI}}}
    silent(rp, "login_required", "interaction_required", claims=json.dumps(demanded))
    hint = rp.log_in(signet.op.browser(), signet.person())["id_token"]
    silent(rp, "login_required", id_token_hint=hint)
    _asked, stop = rp.start(browser, prompt="none", id_token_hint=tokens["id_token"])
    assert isinstance(stop, Callback)
    assert stop.code


def test_prompt_values_that_contradict_or_do_not_exist_case_018(
    rp: RelyingParty, browser: Browser, person: Person
) -> None:
    rp.sign_in(browser, person)
    for prompt in ("none login", "login none", "none consent", "none none x", "foo", "LOGIN"):
        asked, stop = rp.start(browser, prompt=prompt)
        expect.red(rp, browser, asked, stop, "invalid_request")
    rp.sign_in(browser, None, prompt="")


def test_max_age_is_obeyed_or_refused_case_019(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    first = jose.parts(rp.log_in(browser, person)["id_token"])[1]
    for age in ("1", "0"):
        signet.sql(
            "UPDATE accounts_session SET auth_time = auth_time - interval '10 s' "
            "WHERE user_id = %s",
            person.id,
        )
        asked, stop = rp.start(browser, max_age=age)
        assert isinstance(stop, Page)
        assert stop.kind == "login"
        claims = jose.parts(rp.tokens(asked, browser.walk(stop, person))["id_token"])[1]
        assert claims["auth_time"] >= first["auth_time"]
        assert abs(time.time() - claims["auth_time"]) < 5
    for age in ("-1", "abc", "1e9", "1" + "0" * 30, "١٢", "0x10", "1.5", " 1", "1_0"):
        asked, stop = rp.start(browser, max_age=age)
        expect.red(rp, browser, asked, stop, "invalid_request")
    rp.sign_in(browser, None, max_age="1000")


def test_an_untrusted_client_gets_no_open_redirector_case_022(
    signet: Deployment, browser: Browser, person: Person
) -> None:
    t1, trusted = signet.rp("untrusted"), signet.rp()
    for over in ({"scope": "nonsense"}, {"prompt": "none"}, {"response_type": "token"}):
        for mode in ("query", "form_post"):
            asked, stop = t1.start(browser, **{"scope": "openid", "response_mode": mode, **over})
            assert isinstance(stop, Page), "sent straight on to a stranger's address"
            assert stop.kind == "error"
            # The way back is the person's to press.
            expect.red(
                t1, browser, asked, stop,
                "invalid_scope", "login_required", "unsupported_response_type",
            )  # fmt: skip
    asked, stop = trusted.start(browser, prompt="none")
    assert isinstance(stop, Callback)
    asked, stop = t1.start(browser)
    assert isinstance(stop, Page)
    assert stop.kind == "login"
    callback = browser.walk(stop, person, consent="deny")
    expect.red(t1, browser, asked, callback, "access_denied")


@pytest.mark.parametrize(
    "state",
    [
        '"><script>alert(1)</script>',
        "' onload='x",
        "</form>",
        "%22%3E&amp;&lt;",
        "a b+c%20d",
        "x" * 2048,
    ],
)
def test_a_hostile_state_is_only_text_in_form_post_case_023(
    rp: RelyingParty, browser: Browser, person: Person, state: str
) -> None:
    _, callback = rp.sign_in(browser, person, response_mode="form_post", state=state)
    assert callback.params["state"] == state
    page = callback.page
    assert page is not None
    assert "no-store" in page.response.headers["Cache-Control"]
    policy = page.response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "form-action" not in policy, "Chromium would hold it against the app's next hop"
    for element in page.document.iter():
        assert not any(name.startswith("on") for name in element.attrib), element.attrib
        assert element.tag != "script" or (element.get("src") and not element.text)
    assert page.document.xpath("//form//button"), "works without scripts"


def test_response_modes_nobody_may_use_case_024(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    only_query = signet.rp(response_modes=["query"])
    rp.sign_in(browser, person)
    only_query.sign_in(browser, person)
    for mode in ("query.jwt", "jwt", "web_message", "okta_post_message", "QUERY", "nonsense"):
        asked = rp.ask(response_mode=mode)
        callback = browser.to_client(browser.open(asked.url))
        assert callback.error == "invalid_request"
        assert callback.method == "GET"
        assert "#" not in callback.url
        assert callback.params["state"] == asked.params["state"]
        assert callback.params["iss"] == rp.op.issuer
    for mode in ("form_post", "fragment"):
        asked = only_query.ask(response_mode=mode)
        callback = browser.to_client(browser.open(asked.url))
        assert (callback.method, callback.error) == ("GET", "invalid_request")
        rp.sign_in(browser, None, response_mode=mode)


def test_codes_look_random_case_025(rp: RelyingParty, browser: Browser, person: Person) -> None:
    rp.sign_in(browser, person)
    codes = [rp.sign_in(browser, None)[1].code for _ in range(400)]
    assert len(set(codes)) == len(codes)
    tails = [code.rpartition(".")[2] for code in codes]
    assert len({len(tail) for tail in tails}) == 1
    assert len(tails[0]) * 6 >= 160
    for at in range(len(tails[0]) - 1):  # the last character carries fewer bits
        column = Counter(tail[at] for tail in tails)
        assert max(column.values()) < 30, f"position {at} hardly changes: a counter or an id"
    counts = Counter("".join(tail[:-1] for tail in tails))
    total = sum(counts.values())
    assert len(counts) == 64
    chi = sum((n - total / 64) ** 2 / (total / 64) for n in counts.values())
    assert chi < 63 + 6 * math.sqrt(2 * 63), chi
