"""Group 5: refresh tokens."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.support import expect, jose
from tests.support.browser import Browser
from tests.support.deployment import Deployment
from tests.support.page import Page
from tests.support.people import Person
from tests.support.rp import RelyingParty
from tests.support.seeded import API, API2

OFFLINE = {"scope": "openid offline_access", "prompt": "consent"}
NEW_PASSWORD = "eleven violet teapots sing"


def _age(signet: Deployment, person: Person, column: str, seconds: int) -> None:
    signet.sql(
        f"UPDATE oauth_authorization SET {column} = {column} - %s * interval '1 s' "
        "WHERE user_id = %s",
        seconds, person.id,
    )  # fmt: skip


def test_an_old_token_after_the_grace_ends_the_family_case_072(
    signet: Deployment, public: RelyingParty, browser: Browser, person: Person
) -> None:
    tokens = public.log_in(browser, person, **OFFLINE)
    rt0 = tokens["refresh_token"]
    first = public.refresh(rt0).json()
    rt1 = first["refresh_token"]
    assert rt1 != rt0
    again = public.refresh(rt0)
    assert again.status_code == 200, "a retry within the grace"
    assert again.json()["refresh_token"] == rt1
    _age(signet, person, "rotated_at", 61)
    expect.t400(public.refresh(rt0), "invalid_grant")
    expect.t400(public.refresh(rt1), "invalid_grant")
    expect.b401(public.userinfo(first["access_token"]))
    events = signet.sql(
        "SELECT count(*) FROM accounts_auditevent WHERE name = 'refresh_reused' AND client_id = %s",
        public.client.client_id,
    )
    assert events == [(1,)]


def test_a_used_successor_ends_the_grace(
    signet: Deployment, public: RelyingParty, browser: Browser, person: Person
) -> None:
    rt0 = public.log_in(browser, person, **OFFLINE)["refresh_token"]
    rt1 = public.refresh(rt0).json()["refresh_token"]
    rt2 = public.refresh(rt1).json()["refresh_token"]
    expect.t400(public.refresh(rt0), "invalid_grant")
    expect.t400(public.refresh(rt2), "invalid_grant")


def test_one_successor_however_many_ask_case_073(
    public: RelyingParty, browser: Browser, person: Person
) -> None:
    """Fifty of one token, then two each of twenty-five; over two processes in races/."""

    def at_once(token: str, number: int) -> list[requests.Response]:
        barrier = threading.Barrier(number)

        def refresh(_: int) -> requests.Response:
            barrier.wait()
            return public.refresh(token)

        with ThreadPoolExecutor(number) as pool:
            return list(pool.map(refresh, range(number)))

    answers = at_once(public.log_in(browser, person, **OFFLINE)["refresh_token"], 50)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1
    for _ in range(25):
        answers = at_once(public.log_in(browser, person, **OFFLINE)["refresh_token"], 2)
        assert {answer.status_code for answer in answers} == {200}
        (successor,) = {answer.json()["refresh_token"] for answer in answers}
        assert public.refresh(successor).status_code == 200


@pytest.mark.parametrize("kind", ["basic", "native"])
def test_a_refresh_token_belongs_to_its_client_case_075(
    signet: Deployment, browser: Browser, person: Person, kind: str
) -> None:
    rp = signet.rp(kind)
    token = rp.log_in(browser, person, **OFFLINE)["refresh_token"]
    for other in (signet.rp(), signet.rp("native")):
        expect.t400(other.refresh(token), "invalid_grant")
    grant = {"grant_type": "refresh_token", "refresh_token": token}
    expect.t401(rp.op.http.post(rp.op.url("token"), data=grant))
    if kind == "basic":
        named = {**grant, "client_id": rp.client.client_id}
        expect.t401(rp.op.http.post(rp.op.url("token"), data=named))
    assert rp.refresh(token).status_code == 200


def test_scope_never_grows_case_076(rp: RelyingParty, browser: Browser, person: Person) -> None:
    tokens = rp.log_in(browser, person, "openid email profile offline_access", prompt="consent")
    token = tokens["refresh_token"]

    def scope_of(answer: requests.Response) -> set[str]:
        assert answer.status_code == 200, answer.text
        return set(answer.json()["scope"].split())

    for wider in ("openid phone", "openid email address", "orders.read", "nonsense", 'a"b'):
        expect.t400(rp.refresh(token, scope=wider), "invalid_scope")
    narrow = rp.refresh(token, scope="openid")
    assert scope_of(narrow) == {"openid"}
    assert set(rp.userinfo(narrow.json()["access_token"]).json()) == {"sub"}
    assert scope_of(rp.refresh(token, scope="openid email")) == {"openid", "email"}
    assert scope_of(rp.refresh(token)) == {"openid", "email", "profile", "offline_access"}


@pytest.mark.parametrize("trigger", ["password_change", "reset", "disabled", "everywhere"])
def test_what_ends_access_ends_it_at_once_case_078(
    signet: Deployment, rp: RelyingParty, public: RelyingParty, person: Person, trigger: str
) -> None:
    here, there = signet.op.browser(), signet.op.browser()
    tokens = rp.log_in(here, person, **OFFLINE)
    elsewhere = public.log_in(there, person, **OFFLINE)
    bystander = rp.log_in(signet.op.browser(), signet.person(), **OFFLINE)
    assert rp.refresh(tokens["refresh_token"]).status_code == 200
    if trigger == "password_change":
        page = here.open("/account/password")
        assert isinstance(page, Page)
        done = here.send(
            page.press(
                "submit-password", current_password=person.password, new_password=NEW_PASSWORD
            )
        )
        assert isinstance(done, Page)
        assert "Gespeichert." in done.text, done.text
    elif trigger == "reset":
        _reset(signet, person)
    elif trigger == "disabled":
        signet.sql("UPDATE accounts_user SET is_active = false WHERE id = %s", person.id)
    else:
        page = here.open("/account/sessions")
        assert isinstance(page, Page)
        here.send(page.press("end-all-others"))
        page = here.open("/sign-out")
        assert isinstance(page, Page)
        (button,) = page.document.xpath("//main//form//button")
        here.send(page.press_element(button))
    if trigger == "everywhere":
        # Offline access outlives sessions (OIDC Core §11); it ends under connected apps.
        assert rp.refresh(tokens["refresh_token"]).status_code == 200
        assert public.refresh(elsewhere["refresh_token"]).status_code == 200
        asked, stop = rp.start(there, prompt="none")
        expect.red(rp, there, asked, stop, "login_required")
    else:
        expect.t400(rp.refresh(tokens["refresh_token"]), "invalid_grant")
        expect.t400(public.refresh(elsewhere["refresh_token"]), "invalid_grant")
        expect.b401(rp.userinfo(tokens["access_token"]))
    assert rp.refresh(bystander["refresh_token"]).status_code == 200


def _reset(signet: Deployment, person: Person) -> None:
    browser = signet.op.browser()
    page = browser.open("/password/forgot")
    assert isinstance(page, Page)
    (button,) = page.document.xpath("//main//form//button")
    browser.send(page.press_element(button, email=person.email))
    outbox = browser.open("/outbox")
    assert isinstance(outbox, Page)
    letters = [
        one for one in outbox.document.find_class("message") if person.email in one.text_content()
    ]
    (link,) = [a.get("href") for a in letters[0].iter("a") if "token=" in (a.get("href") or "")]
    page = browser.open(link)
    assert isinstance(page, Page)
    (button,) = page.document.xpath("//main//form//button")
    done = browser.send(page.press_element(button, new_password=NEW_PASSWORD))
    assert isinstance(done, Page)
    assert done.status == 200, done.text


def test_logout_ends_what_is_not_offline_case_080(
    signet: Deployment, browser: Browser, person: Person
) -> None:
    bound, offline = signet.rp(session_refresh=True), signet.rp()
    first = bound.log_in(browser, person)
    second = offline.log_in(browser, person, **OFFLINE)
    for rp, tokens in ((bound, first), (offline, second)):
        assert rp.refresh(tokens["refresh_token"]).status_code == 200
    browser.open(bound.op.url("end_session"), {"id_token_hint": first["id_token"]})
    expect.t400(bound.refresh(first["refresh_token"]), "invalid_grant")
    assert offline.refresh(second["refresh_token"]).status_code == 200
    # Listed, and revocable, in the account.
    page = browser.walk_home(person)
    apps = browser.open("/apps")
    assert isinstance(apps, Page)
    (name,) = signet.sql(
        "SELECT client_name FROM oauth_client WHERE client_id = %s", offline.client.client_id
    )
    assert name[0] in apps.text, page
    (row,) = signet.sql(
        "SELECT id FROM oauth_client WHERE client_id = %s", offline.client.client_id
    )
    (button,) = apps.document.xpath(f"//button[@name='client' and @value='{row[0]}']")
    browser.send(apps.press_element(button))
    expect.t400(offline.refresh(second["refresh_token"]), "invalid_grant")


def test_rotation_never_extends_the_end_case_081(
    signet: Deployment, public: RelyingParty, browser: Browser, person: Person
) -> None:
    def end() -> object:
        return signet.sql(
            "SELECT expires_at FROM oauth_authorization WHERE user_id = %s", person.id
        )

    token = public.log_in(browser, person, **OFFLINE)["refresh_token"]
    before = end()
    for _ in range(5):
        token = public.refresh(token).json()["refresh_token"]
    assert end() == before
    signet.sql("UPDATE oauth_authorization SET expires_at = now() WHERE user_id = %s", person.id)
    expect.t400(public.refresh(token), "invalid_grant")
    idle = signet.person()
    token = public.log_in(signet.op.browser(), idle, **OFFLINE)["refresh_token"]
    _age(signet, idle, "last_used_at", 29 * 86_400)
    token = public.refresh(token).json()["refresh_token"]
    _age(signet, idle, "last_used_at", 30 * 86_400 + 1)
    expect.t400(public.refresh(token), "invalid_grant")


def test_no_resource_beyond_the_grant_case_082(
    rp: RelyingParty, browser: Browser, person: Person
) -> None:
    scope = "openid offline_access orders.read"
    token = rp.log_in(browser, person, scope, prompt="consent", resource=API)["refresh_token"]
    for wrong in (API2, "https://evil.test/", "nonsense", f"{API}#f", f"{API}/"):
        expect.t400(rp.refresh(token, resource=wrong), "invalid_target")
    good = rp.refresh(token, resource=API)
    assert good.status_code == 200
    claims = jose.parts(good.json()["access_token"])[1]
    assert claims["aud"] == API
    assert claims["scope"] == "orders.read"


def test_a_client_that_lost_the_grant_case_084(
    signet: Deployment, browser: Browser, person: Person
) -> None:
    lost, gone = signet.rp(), signet.rp()
    tokens = [one.log_in(browser, person, **OFFLINE)["refresh_token"] for one in (lost, gone)]
    assert lost.refresh(tokens[0]).status_code == 200
    signet.sql(
        "UPDATE oauth_client SET grant_types = '{authorization_code}' WHERE client_id = %s",
        lost.client.client_id,
    )
    signet.sql(
        "UPDATE oauth_client SET client_id = client_id || 'x' WHERE client_id = %s",
        gone.client.client_id,
    )
    threading.Event().wait(1.1)
    expect.t400(lost.refresh(tokens[0]), "unauthorized_client")
    expect.t401(gone.refresh(tokens[1]))
