"""Group 15: signing in."""

import pytest
import requests

from tests.support.browser import Browser, new_address
from tests.support.callback import Callback
from tests.support.deployment import Deployment
from tests.support.page import Page
from tests.support.people import Person
from tests.support.rp import RelyingParty

COOKIE = "__Host-signet"


def _login_page(rp: RelyingParty, browser: Browser) -> Page:
    _, stop = rp.start(browser)
    assert isinstance(stop, Page)
    assert stop.kind == "login", stop.text
    return stop


def _try(
    browser: Browser, page: Page, name: str, password: str, **headers: str
) -> requests.Response:
    sent = page.press("submit-login", username=name, password=password)
    return browser.post(sent.url, sent.fields, headers={"Origin": browser.base_url, **headers})


def test_a_planted_session_id_is_worth_nothing_case_215(
    signet: Deployment, rp: RelyingParty, person: Person
) -> None:
    victim = signet.op.browser()
    page = _login_page(rp, victim)
    planted = victim.cookies[COOKIE]
    stop = victim.log_in(page, person)
    first = victim.cookies[COOKIE]
    assert first != planted
    victim.walk(stop, person)
    attacker = signet.op.browser()
    attacker.http.cookies.set(COOKIE, planted, domain="localhost.local", path="/", secure=True)
    assert _login_page(rp, attacker)
    # A session id that no server ever made does not become one.
    made_up = signet.op.browser()
    made_up.http.cookies.set(COOKIE, "x" * 32, domain="localhost.local", path="/", secure=True)
    page = _login_page(rp, made_up)
    assert made_up.cookies[COOKIE] != "x" * 32
    # A second login in the same browser changes it again.
    asked, stop = rp.start(victim, prompt="login")
    assert isinstance(stop, Page)
    victim.walk(stop, person)
    assert victim.cookies[COOKIE] != first
    assert asked.verifier


def test_every_failure_looks_alike_case_216(signet: Deployment, rp: RelyingParty) -> None:
    """Status, words, headers, cookies; and the price of a hash, whoever it is."""
    people = {
        "wrong": signet.person(),
        "disabled": signet.person(is_active=False),
        "unverified": signet.person(email_verified=False),
        "passwordless": signet.person(password="!unusable"),
        "reset": signet.person(must_reset_password=True),
    }
    names = {kind: person.username for kind, person in people.items()} | {"unknown": "nobody"}
    shapes = set()
    for _ in range(2):
        for name in names.values():
            browser = signet.op.browser()
            page = _login_page(rp, browser)
            answer = _try(browser, page, name, "not the password at all")
            text = Page(answer).text.replace(name, "NAME")
            headers = sorted(
                (key.lower(), value)
                for key, value in answer.headers.items()
                if key.lower() not in ("date", "x-request-id", "content-length")
            )
            shapes.add((answer.status_code, text, str(headers), str(sorted(browser.cookies))))
    assert len(shapes) == 1, shapes
    # That each costs one hash is counted in tests/accounts/actions/test_sign_in.py: a clock would
    # say more about the machine than about us.
    # The right password of somebody who may not sign in says no more than a wrong one.
    browser = signet.op.browser()
    answer = _try(browser, _login_page(rp, browser), names["disabled"], people["disabled"].password)
    assert answer.status_code == next(iter(shapes))[0]


def test_guessing_slows_the_guesser_alone_case_217(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    rp.log_in(browser, person)  # the owner's own browser
    attacker = signet.op.browser()
    page = _login_page(rp, attacker)
    answers = [_try(attacker, page, person.username, f"guess number {at}") for at in range(101)]
    limited = [at for at, answer in enumerate(answers) if answer.status_code == 429]
    assert limited
    assert limited[0] <= 20
    assert int(answers[limited[0]].headers["Retry-After"]) > 0
    wrong = _try(attacker, page, person.username, "one more wrong one")
    right = _try(attacker, page, person.username, person.password)
    assert right.status_code == wrong.status_code == 429
    assert Page(right).text == Page(wrong).text
    _, stop = rp.start(browser, prompt="login")
    assert isinstance(stop, Page)
    assert isinstance(browser.log_in(stop, person), Callback), "the owner is locked out"


@pytest.mark.parametrize(
    "spoof",
    [
        {"Forwarded": "for={}"}, {"X-Real-IP": "{}"}, {"True-Client-IP": "{}"},
        {"CF-Connecting-IP": "{}"}, {"X-Client-IP": "{}"}, {"X-Forwarded-For": "{}, 203.0.113.9"},
        {"X-Forwarded-For": "a, 203.0.113.9"},
        {"X-Forwarded-For": "{},, 203.0.113.9"}, {"ipv6": ""},
    ],
    ids=lambda spoof: "+".join(f"{k}:{v}"[:24] for k, v in spoof.items()),
)  # fmt: skip
def test_no_header_makes_a_guesser_anybody_else_case_219(
    signet: Deployment, rp: RelyingParty, person: Person, spoof: dict[str, str]
) -> None:
    """The proxy (127.0.0.1) is believed; what lies left of its own entry is the client's claim.

    `X_Forwarded_For`, which behind WSGI is the same name, is the proxy's to drop: test_21_proxy.py.
    """
    attacker = signet.op.browser()
    network = new_address().rpartition("::")[0]
    peer = "203.0.113.9" if "203.0.113.9" in str(spoof) else f"{network}::1"
    attacker.http.headers["X-Forwarded-For"] = peer
    page = _login_page(rp, attacker)
    statuses = []
    for at in range(12):
        headers = {name: value.format(f"198.51.{at}.7") for name, value in spoof.items()}
        if headers.pop("ipv6", None) is not None:
            headers = {"X-Forwarded-For": f"{network}::{at + 2:x}"}
        answer = _try(attacker, page, person.username, f"guess {at} of this one", **headers)
        statuses.append(answer.status_code)
    assert statuses.index(429) <= 7, statuses
    told = signet.sql(
        "SELECT DISTINCT host(address) FROM accounts_auditevent WHERE subject_id = %s", person.id
    )
    seen = {address for (address,) in told}
    if "ipv6" not in spoof:
        assert seen == {peer}, seen


@pytest.mark.parametrize("admin", [False, True])
def test_a_trickle_locks_nobody_out_case_222(
    signet: Deployment, rp: RelyingParty, browser: Browser, admin: bool
) -> None:
    """More guesses from everywhere than the account's budget holds; the owner still gets in."""
    person = signet.person(is_staff=admin, is_superuser=admin)
    rp.log_in(browser, person)
    statuses = set()
    for at in range(60):
        attacker = signet.op.browser()
        answer = _try(attacker, _login_page(rp, attacker), person.email, f"a trickled guess {at}")
        statuses.add(answer.status_code)
    assert 429 in statuses, "the account's own budget never bit"
    _, stop = rp.start(browser, prompt="login")
    assert isinstance(stop, Page)
    assert isinstance(browser.log_in(stop, person), Callback)
    locked = signet.sql("SELECT is_active FROM accounts_user WHERE id = %s", person.id)
    assert locked == [(True,)]
    assert browser.get("/admin/").status_code == (200 if admin else 302)


def test_nobody_is_signed_in_by_another_site_case_223(
    signet: Deployment, rp: RelyingParty, person: Person
) -> None:
    attacker = signet.op.browser()
    page = _login_page(rp, attacker)
    sent = page.press("submit-login", username=person.username, password=person.password)
    before = signet.sql("SELECT count(*) FROM accounts_session WHERE user_id = %s", person.id)

    def count() -> object:
        return signet.sql("SELECT count(*) FROM accounts_session WHERE user_id = %s", person.id)

    without = [pair for pair in sent.fields if pair[0] != "csrfmiddlewaretoken"]
    for browser, fields, origin in (
        (attacker, without, "https://evil.test"),
        (attacker, without, signet.issuer),
        (attacker, sent.fields, "https://evil.test"),  # the attacker's own cookie and token
        (attacker, sent.fields, "null"),
        (signet.op.browser(), sent.fields, signet.issuer),  # the victim has another cookie
    ):
        answer = browser.post(sent.url, fields, headers={"Origin": origin})
        assert answer.status_code in (200, 403, 302, 303)
        assert count() == before
        if answer.status_code in (302, 303):
            assert Page(browser.get(answer.headers["Location"])).kind in ("login", "other")
    attacker.send(sent)
    assert count() != before, "positive control"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.test", "/\\evil.test", "javascript:alert(1)", "https://evil.test", "///evil.test",
        "%0d%0a", "/%0d%0aLocation:https://evil.test", "\thttps://evil.test", "/\t/evil.test",
        "https:evil.test", "/.evil.test//..//evil.test",
    ],
)  # fmt: skip
def test_next_leads_nowhere_else_case_224(signet: Deployment, person: Person, target: str) -> None:
    for start in ("/login", "/login/new-password"):
        browser = signet.op.browser()
        stop = browser.open(start, {"next": target})
        assert isinstance(stop, Page)
        if stop.kind == "login":
            stop = browser.log_in(stop, person)
        assert isinstance(stop, Page), f"sent to {stop.url}"
        for response in browser.trail:
            location = response.headers.get("Location", "/")
            assert location.startswith("/") or browser.is_own(location), location
            assert not location.startswith(("//", "/\\", "/\t")), location
    browser = signet.op.browser()
    browser.walk_home(person)
    answer = browser.post(
        "/language",
        {"language": "de", "next": target},
        headers={"Origin": signet.issuer},
    )
    location = answer.headers.get("Location", "/")
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))


@pytest.mark.parametrize(
    ("column", "seconds", "lives"),
    [
        ("last_used_at", 86_400 - 60, True), ("last_used_at", 86_400 + 1, False),
        ("expires_at", 2_592_000 - 60, True), ("expires_at", 2_592_000 + 1, False),
    ],
)  # fmt: skip
def test_idle_and_absolute_limits_case_225(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person,
    column: str, seconds: int, lives: bool,
) -> None:  # fmt: skip
    rp.log_in(browser, person)
    signet.sql(
        f"UPDATE accounts_session SET {column} = {column} - %s * interval '1 s' WHERE user_id = %s",
        seconds, person.id,
    )  # fmt: skip
    asked, stop = rp.start(browser, prompt="none")
    assert isinstance(stop, Callback)
    rp.check_callback(asked, stop)
    assert ("code" in stop.params) is lives
    page = browser.open("/account/password")
    assert isinstance(page, Page)
    assert (page.kind == "login") is not lives
