"""accounts/pages/not_me.py: one page shuts everything, by mail or from within."""

import pytest
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core import signing

from accounts import audit
from accounts.actions.not_me import not_me_link
from accounts.models import AuditEvent, OutboxMessage, PendingLogin, Session, User
from tests.accounts.surfer import PASSWORD, Surfer, make_person
from tests.factories import make_authorization, make_client


def mailed(user: User, event: AuditEvent | None = None) -> str:
    return not_me_link(user, event).removeprefix(settings.SIGNET.issuer)


@pytest.fixture
def home(bob: User) -> Surfer:
    surfer = Surfer()
    surfer.sign_in()
    return surfer


def test_opening_the_link_changes_nothing_and_shows_what_was_reported(
    home: Surfer, bob: User
) -> None:
    event = AuditEvent.objects.filter(name=audit.LOGIN, subject=bob).latest("id")
    stranger = Surfer()
    page = stranger.open(mailed(bob, event))
    assert page.url == "/account/not-me/mail" and page.shows("reported")
    assert "Signed in" in page.text
    bob.refresh_from_db()
    assert home.is_signed_in() and not bob.must_reset_password
    assert page.response.headers["Referrer-Policy"] == "no-referrer"


def test_the_press_ends_sessions_grants_and_logins_and_says_how_many(
    home: Surfer, bob: User
) -> None:
    access = make_authorization(make_client(), bob, redeemed=True, offline=True)
    half = Surfer()
    half.open("/account/sessions")
    PendingLogin.objects.filter(user=None).update(user=bob)
    living = Session.objects.living().filter(user=bob).count()
    done = Surfer().open(mailed(bob)).send()
    assert f"{living} sessions were ended." in done.text
    assert "1 access of an app was taken back." in done.text
    assert "1 sign-in that was under way was stopped." in done.text
    access.refresh_from_db()
    assert access.revoke_reason == "not_me"
    assert not home.is_signed_in()


def test_the_old_password_is_worth_nothing_and_a_link_is_on_its_way(
    home: Surfer, bob: User
) -> None:
    stranger = Surfer()
    page = stranger.open(mailed(bob)).send()
    assert page.shows("locked-down") and not stranger.is_signed_in()
    bob.refresh_from_db()
    assert not check_password(PASSWORD, bob.password) and bob.must_reset_password
    assert stranger.sign_in().status == 400
    purposes = set(OutboxMessage.objects.filter(user=bob).values_list("purpose", flat=True))
    assert "locked_down" in purposes


def test_from_within_this_session_stays_and_the_password_is_chosen_by_mail(
    home: Surfer, bob: User
) -> None:
    thief = Surfer()
    thief.sign_in()
    page = home.open("/account/not-me").send()
    assert page.shows("locked-down")
    assert home.is_signed_in() and not thief.is_signed_in()
    assert 'id="by-link"' in home.open("/account/password").text


def test_without_an_address_the_password_stays_and_must_be_changed(db: None) -> None:
    make_person("carol", email="")
    surfer = Surfer()
    surfer.sign_in("carol")
    page = surfer.open("/account/not-me").send()
    assert 'href="/account/password"' in page.text
    carol = User.objects.get(username="carol")
    assert carol.must_reset_password and check_password(PASSWORD, carol.password)


def test_a_forged_link_is_refused_in_plain_words(bob: User) -> None:
    wrong = signing.dumps({"user": str(bob.pk), "event": None}, salt="accounts.reset_password")
    for token in (wrong, "junk", "", "a:b:c"):
        page = Surfer().open(f"/account/not-me?token={token}")
        assert page.status == 400 and "no longer works" in page.text


def test_somebody_elses_event_is_not_shown(home: Surfer, bob: User) -> None:
    carol = make_person("carol")
    event = audit.record(audit.PASSWORD_CHANGED, subject=carol)
    for key in (str(event.pk), "9" * 30, "x", "²"):
        assert not home.open(f"/account/not-me?event={key}").shows("reported")


def test_an_old_mail_cannot_shut_the_account_for_good(bob: User) -> None:
    for _ in range(5):
        assert Surfer().open(mailed(bob)).send().status == 200
    assert Surfer().open(mailed(bob)).send().status == 429


def test_the_page_after_it_names_the_mailbox_and_leads_on(home: Surfer, bob: User) -> None:
    page = home.open("/account/not-me").send()
    assert "b•••@example.com" in page.text
    assert page.link("look-at-factors") == "/account/sign-in"
    assert page.link("look-at-apps") == "/apps"
    assert 'class="tabs"' in page.text and home.open("/account/sign-in").status == 200


def test_who_is_not_signed_in_is_led_to_no_page_of_the_account(home: Surfer, bob: User) -> None:
    page = Surfer().open(mailed(bob)).send()
    assert "b•••@example.com" in page.text and "bob@example.com" not in page.text
    assert not page.shows("look-at-factors") and 'class="tabs"' not in page.text
