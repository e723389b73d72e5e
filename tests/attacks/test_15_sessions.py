"""Group 15: passwords, cookies, and every other way to a session."""

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from tests.support import expect
from tests.support.browser import Browser
from tests.support.callback import Callback
from tests.support.deployment import Deployment
from tests.support.page import Page
from tests.support.people import Person
from tests.support.rp import RelyingParty

COOKIE = "__Host-signet"
STRONG = "correct zebra staples quietly"


def _change(browser: Browser, old: str, new: str) -> Page:
    page = browser.open("/account/password")
    assert isinstance(page, Page)
    done = browser.send(page.press("submit-password", current_password=old, new_password=new))
    assert isinstance(done, Page)
    return done


def _signs_in(rp: RelyingParty, browser: Browser, person: Person, password: str) -> bool:
    _, stop = rp.start(browser)
    assert isinstance(stop, Page)
    stop = browser.log_in(stop, person, password)
    return isinstance(stop, Callback) or stop.kind == "consent"


def test_long_and_strange_passwords_case_227(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    browser.walk_home(person)
    present = person.password
    unit = "pass phrase 7\u00e9 "
    for length in (64, 128, 1_024):
        new = (unit * 80)[: length - 1].rstrip().ljust(length - 1, "q") + "!"
        assert len(new) == length
        done = _change(browser, present, new)
        assert "Gespeichert." in done.text, done.text
        present = new
    assert _signs_in(rp, signet.op.browser(), person, present)
    # Not cut at 72 bytes.
    twin = present[:72] + "z" * (len(present) - 72)
    assert not _signs_in(rp, signet.op.browser(), person, twin)
    assert not _signs_in(rp, signet.op.browser(), person, present[:-1])
    for wrong in ("x" * 1_025, f"{STRONG}\0", f"{STRONG}\0more"):
        done = _change(browser, present, wrong)
        assert done.status in (400, 403)
        assert "Gespeichert." not in done.text
    page = browser.open("/account/password")
    assert isinstance(page, Page)
    sent = page.press("submit-password", current_password=present, new_password="x" * 1_000_000)
    started = time.perf_counter()
    answer = browser.post(sent.url, sent.fields, headers={"Origin": signet.issuer})
    assert answer.status_code in (400, 413)
    assert time.perf_counter() - started < 1
    assert not _signs_in(rp, signet.op.browser(), person, f"{present}\0")
    assert _signs_in(rp, signet.op.browser(), person, present)


def test_a_disabled_person_is_out_at_once_case_228(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    tokens = rp.log_in(browser, person)
    _, half = rp.start(signet.op.browser())
    other = signet.op.browser()
    _, half = rp.start(other)
    assert isinstance(half, Page)
    form = browser.open("/account/password")
    assert isinstance(form, Page)
    assert rp.userinfo(tokens["access_token"]).status_code == 200
    signet.sql("UPDATE accounts_user SET is_active = false WHERE id = %s", person.id)
    expect.b401(rp.userinfo(tokens["access_token"]))
    asked, stop = rp.start(browser, prompt="none")
    expect.red(rp, browser, asked, stop, "login_required")
    done = browser.send(
        form.press("submit-password", current_password=person.password, new_password=STRONG)
    )
    assert isinstance(done, Page)
    assert "Gespeichert." not in done.text
    failed = other.log_in(half, person)
    assert isinstance(failed, Page)
    assert failed.kind == "login"


def test_no_altered_cookie_is_anybody_case_229(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    rp.log_in(browser, person)
    good = browser.cookies[COOKIE]
    assert len(good) <= 4_096
    flipped = good[:5] + ("a" if good[5] != "a" else "b") + good[6:]
    for value in (
        flipped, good[:-1], good + "x", good.upper() if good.upper() != good else good.lower(), "",
        "x" * 8_000, "../../etc/passwd", "' OR 1=1--", "gASVAAAA", f"{good}:1abcde:signature", "\u00e4",
        '{"browser": "1"}', "a=b; c=d",
    ):  # fmt: skip
        answer = signet.op.http.get(
            f"{signet.issuer}/account/password",
            headers={"Cookie": f"{COOKIE}={value}".encode()},
            allow_redirects=False,
        )
        assert answer.status_code in (302, 303, 400, 431), value[:30]
        assert person.username not in answer.text
    answer = signet.op.http.get(
        f"{signet.issuer}/account/password", headers={"Cookie": f"{COOKIE}={good}"}
    )
    assert answer.status_code == 200
    assert person.username in answer.text
    # Any value of the language cookie gives a page.
    for value in ("xx", "../..", "x" * 4_000, "de\0", "\u00e4"):
        answer = signet.op.http.get(
            f"{signet.issuer}/login", headers={"Cookie": f"__Host-signet-language={value}".encode()}
        )
        assert answer.status_code in (200, 400)


def test_exactly_one_first_administrator_case_231(own_signet: Deployment) -> None:
    fresh = own_signet
    link = re.search(r"https://\S+", fresh.manage("bootstrap"))
    assert link
    for name, password in (("admin", "admin"), ("root", "root"), ("signet", "signet")):
        browser = fresh.op.browser()
        page = browser.open("/")
        assert isinstance(page, Page)
        failed = browser.send(page.press("submit-login", username=name, password=password))
        assert isinstance(failed, Page)
        assert failed.kind == "login"
    # Two at once: more would wait for hashing, and some be told to come back (503).
    browsers = [fresh.op.browser() for _ in range(2)]
    pages = [one.open(link[0]) for one in browsers]
    assert all(isinstance(page, Page) and page.status == 200 for page in pages)
    barrier = threading.Barrier(2)

    def send(at: int) -> int:
        page = pages[at]
        assert isinstance(page, Page)
        (button,) = page.document.xpath("//main//form//button")
        fields = {"username": f"boss{at}", "email": f"boss{at}@people.test", "new_password": STRONG}
        sent = page.press_element(button, **fields)
        barrier.wait()
        headers = {"Origin": fresh.issuer}
        return browsers[at].post(sent.url, sent.fields, headers=headers).status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(send, range(2)))
    assert statuses.count(302) + statuses.count(303) == 1, statuses
    assert fresh.sql("SELECT count(*) FROM accounts_user WHERE is_superuser") == [(1,)]
    again = fresh.op.browser().open(link[0])
    assert isinstance(again, Page)
    assert again.status in (403, 404)
    assert "https://" not in fresh.manage("bootstrap")


def test_there_is_one_way_in_case_232(signet: Deployment, rp: RelyingParty, person: Person) -> None:
    """Every other door sends to Signet's own login, with its limits and its events."""
    password = {"username": person.username, "password": person.password}
    for path in (
        "/admin/", "/admin/login/", "/admin/login", "/api/", "/api/token", "/api-auth/login/",
        "/accounts/login/", "/account/sessions", "/apps", "/oauth/consent", "/accounts/choose",
    ):  # fmt: skip
        browser = signet.op.browser()
        for method in ("GET", "POST"):
            answer = browser.http.request(
                method, f"{signet.issuer}{path}", data=password if method == "POST" else None,
                headers={"Origin": signet.issuer}, allow_redirects=False,
            )  # fmt: skip
            assert answer.status_code in (302, 303, 400, 403, 404, 405), f"{method} {path}"
        count = signet.sql("SELECT count(*) FROM accounts_session WHERE user_id = %s", person.id)
        assert count == [(0,)], path
    # Basic credentials of a person open nothing.
    answer = signet.op.http.get(
        f"{signet.issuer}/account/sessions", auth=(person.username, person.password),
        allow_redirects=False,
    )  # fmt: skip
    assert answer.status_code in (302, 303)
    browser = signet.op.browser()
    admin = browser.open("/admin/")
    assert isinstance(admin, Page)
    assert admin.kind == "login", "positive control: the admin's door is Signet's login"
    refused = browser.log_in(admin, person)
    assert isinstance(refused, Page)
    assert refused.status in (403, 404), "an ordinary person is in the admin"
