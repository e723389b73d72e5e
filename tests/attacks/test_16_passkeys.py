"""Group 16: second factors, where the factor is a passkey."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, OutboxMessage, Passkey, Session, User
from tests.accounts.surfer import Surfer, Tab, enrol, make_person
from tests.support.security_key import Authenticator, options_of

ACCOUNT = "/account/sign-in"
ADD = "/account/factors/passkey"


@pytest.fixture
def bob(db: None) -> User:
    return make_person("bob")


@pytest.fixture
def key(bob: User) -> Authenticator:
    """Bob's passkey; its session is over."""
    surfer, found = Surfer(), Authenticator()
    surfer.sign_in()
    enrol(surfer, found)
    Session.objects.all().delete()
    OutboxMessage.objects.all().delete()
    return found


@pytest.fixture
def home(key: Authenticator) -> Surfer:
    """Bob, signed in with it."""
    surfer = Surfer()
    step = surfer.sign_in()
    step.send(passkey=key.get(step))
    return surfer


def stale() -> None:
    Session.objects.update(confirmed_at=timezone.now() - timedelta(hours=1))


def test_before_the_passkey_nobody_is_signed_in_case_235(key: Authenticator) -> None:
    surfer = Surfer()
    step = surfer.sign_in()
    assert step.url.startswith("/login/passkey?")
    for path in (ACCOUNT, ADD, "/account/sessions", "/account/password", "/apps", "/admin/"):
        assert surfer.client.get(path).status_code in (302, 303), path
    assert not Session.objects.exists()


def test_the_pending_login_cannot_make_its_own_second_factor_case_247(key: Authenticator) -> None:
    """Who knows the password alone is not at the step that enrols."""
    surfer = Surfer()
    step = surfer.sign_in()
    query = step.url.partition("?")[2]
    page = surfer.open(f"{ADD}?{query}")
    assert page.url.startswith("/login/passkey?")
    mine = Authenticator()
    # Even with options of a page that does exist: the account's, in the thief's own session.
    make_person("eve")
    eve = Surfer()
    eve.sign_in("eve")
    answer = mine.create(eve.open(ADD))
    surfer.post(f"{ADD}?{query}", {"passkey": answer, "name": "x"})
    assert Passkey.objects.count() == 1 and not surfer.is_signed_in()


def test_challenge_and_owner_are_never_the_browsers_choice_case_247(bob: User) -> None:
    surfer = Surfer()
    surfer.sign_in()
    eve = make_person("eve")
    tab = surfer.open(ADD)
    chosen = Authenticator().create(tab, challenge="A" * 43)
    assert tab.send(passkey=chosen, challenge="A" * 43).status == 400
    tab = surfer.open(ADD)
    tab.send(passkey=Authenticator().create(tab), user=str(eve.pk), user_id=str(eve.pk))
    assert Passkey.objects.get().user == bob


def test_an_answer_to_the_login_page_is_no_second_factor_case_247(key: Authenticator) -> None:
    """A ceremony's challenge counts for that ceremony: one that asked for less cannot be reused."""
    surfer = Surfer()
    page = surfer.open("/account/sessions")
    step = surfer.sign_in()
    assert options_of(page)["challenge"] != options_of(step)["challenge"]
    assert step.send(passkey=key.get(page)).status == 400
    step = surfer.open(step.url)
    alone = Tab(surfer, step.url.replace("/login/passkey?", "/login?"), step.response)
    refused = alone.send(passkey=key.get(step))
    assert refused.status == 400 and refused.shows("passkey-refused")
    assert not surfer.is_signed_in()


def test_changing_it_needs_the_person_once_more_case_246(home: Surfer, key: Authenticator) -> None:
    stale()
    name = f"passkey/{Passkey.objects.get().pk}"
    page = home.open(ACCOUNT)
    for change in ({"remove": name}, {"rename": name, "name": "mine now"}):
        step = page.send(**change)
        assert step.url.startswith("/login/passkey?")
    assert home.open(ADD).url.startswith("/login/passkey?")
    passkey = Passkey.objects.get()
    assert passkey.name != "mine now"
    step = home.open(ADD)
    assert step.send(passkey=key.get(step)).url == ADD
    home.open(ACCOUNT).send(remove=name, sure="1")
    assert not Passkey.objects.exists()
    assert OutboxMessage.objects.filter(purpose="factor_removed").count() == 1
    assert AuditEvent.objects.filter(name="factor_removed").count() == 1


def test_no_other_site_changes_it_case_246(home: Surfer) -> None:
    name = f"passkey/{Passkey.objects.get().pk}"
    for data in ({"remove": name}, {"rename": name, "name": "x"}):
        assert home.client.post(ACCOUNT, data).status_code == 403
    assert home.client.post(ADD, {"passkey": "{}"}).status_code == 403
    assert home.client.get(ACCOUNT, {"remove": name}).status_code == 200
    assert Passkey.objects.count() == 1


def test_somebody_elses_passkey_is_as_unknown_as_none_case_246(key: Authenticator) -> None:
    make_person("eve")
    eve = Surfer()
    eve.sign_in("eve")
    bobs = Passkey.objects.get()
    for number in (bobs.pk, bobs.pk + 999, "x", "9" * 40, "-1"):
        for change in ("remove", "rename"):
            # Her page of factors has no form for it; her other pages show what such a form hides.
            hidden = eve.open("/account/profile").hidden
            wish = {"name": "eve was here", change: f"passkey/{number}"}
            done = eve.post(ACCOUNT, hidden | wish)
            assert (done.status, done.url) == (200, ACCOUNT), (number, change)
            told = ("Removed.", "Renamed.", "Nothing was saved.")
            assert not any(words in done.text for words in told), (number, change)
    bobs.refresh_from_db()
    assert bobs.name != "eve was here"


def test_the_owner_comes_in_by_passkey_while_the_password_is_guessed_case_222(
    key: Authenticator,
) -> None:
    for _ in range(12):
        Surfer().open("/account/sessions").sign_in(password="a guess")
    surfer = Surfer()
    page = surfer.open("/account/sessions")
    assert page.send(username="", password="", passkey=key.get(page)).url == "/account/sessions"
    assert surfer.is_signed_in()


def test_it_works_at_its_own_origin_alone_case_253(key: Authenticator) -> None:
    """What makes it proof against phishing: the browser signs where it was asked."""
    for origin in (
        "https://evil.test",
        "http://localhost:1",
        "https://localhost.evil.test",
        "null",
    ):
        surfer = Surfer()
        page = surfer.open("/account/sessions")
        assert page.send(passkey=key.get(page, origin=origin)).status == 400
        key.rp_id = "evil.test"
        page = surfer.open("/account/sessions")
        assert page.send(passkey=key.get(page)).status == 400
        key.rp_id = options_of(page)["rpId"]
        assert not surfer.is_signed_in()
