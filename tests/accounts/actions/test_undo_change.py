"""accounts/actions/undo_change.py where the old address has another account: all is shut anyway."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import (
    AuditEvent,
    ContactChange,
    MessageDevice,
    SelfRecovery,
    Session,
    TOTPDevice,
    User,
)
from tests.accounts.codes import with_mailbox
from tests.accounts.letters import code_to, link_to, to
from tests.accounts.surfer import NEW, PASSWORD, Surfer, Tab, enrol, make_person
from tests.support.authenticator import enrolled
from tests.support.security_key import Authenticator

MAIL = "bob@example.com"
FIRST, SECOND = "b@evil.test", "c@evil.test"


@pytest.fixture
def bob(db: None) -> User:
    return make_person("bob", email_verified=True)


@pytest.fixture
def thief(bob: User) -> Surfer:
    """Signed in with bob's password; the account has his address."""
    surfer = Surfer()
    surfer.sign_in()
    for address in (FIRST, SECOND):
        surfer.open("/account/email").send(email=address).send(otp_token=code_to(address))
    make_person("robert", email=MAIL)
    return surfer


def _undo() -> Tab:
    return Surfer().open(link_to(MAIL, "email_changed")).send()


def test_it_says_before_and_after_what_cannot_come_back_and_who_helps(
    thief: Surfer, bob: User
) -> None:
    page = Surfer().open(link_to(MAIL, "email_changed"))
    assert "Another account has the e-mail address" in page.text
    assert thief.is_signed_in()
    done = page.send()
    assert done.status == 200 and done.shows("ask-administrator")


def test_everything_is_shut_and_the_thief_gets_no_link(thief: Surfer, bob: User) -> None:
    done = _undo()
    bob.refresh_from_db()
    assert not thief.is_signed_in() and "1 session was ended" in done.text
    assert bob.must_reset_password and not bob.has_usable_password()
    assert not to(SECOND, "password_reset") and not to(MAIL, "password_reset")
    assert Surfer().sign_in("bob", PASSWORD).status == 400
    assert AuditEvent.objects.get(name="email_removed").subject == bob


def test_nor_can_he_ask_for_a_link_himself(thief: Surfer, bob: User) -> None:
    asked = Surfer()
    asked.open("/password/forgot").send(email=SECOND)
    before = link_to(SECOND, "password_reset")
    _undo()
    asked.open("/password/forgot").send(email=SECOND)
    assert len(to(SECOND, "password_reset")) == 1
    assert Surfer().open(before).status == 400
    bob.refresh_from_db()
    assert (bob.email, bob.email_key, bob.email_verified) == ("", None, False)


def test_his_factors_his_recovery_and_his_undo_links_are_over(thief: Surfer, bob: User) -> None:
    enrolled(bob)
    row = SelfRecovery.objects.create(
        user=bob,
        cancel_digest="0" * 64,
        password_state="",
        ready_at=bob.created_at,
        expires_at=bob.created_at,
    )
    _undo()
    row.refresh_from_db()
    assert row.cancelled_at is not None
    assert not TOTPDevice.objects.exists()
    assert not to(FIRST, "email_changed")[-1].context["link"]
    assert not ContactChange.objects.filter(undone_at=None).exists()


def test_it_happens_once(thief: Surfer, bob: User) -> None:
    link = link_to(MAIL, "email_changed")
    Surfer().open(link).send()
    bob.refresh_from_db()
    bob.email, bob.must_reset_password = "new@example.com", False
    bob.set_password(NEW)
    bob.save()
    owner = Surfer()
    owner.sign_in("bob", NEW)
    assert Surfer().open(link).status == 400
    assert owner.is_signed_in()


def test_no_code_goes_to_the_thiefs_mailbox_nor_to_another_accounts(bob: User) -> None:
    device = with_mailbox(bob)
    type(device).objects.update(created_at=timezone.now() - timedelta(days=1))
    home = Surfer()
    home.sign_in().send(otp_token=code_to(MAIL))
    home.open("/account/email").send(email=FIRST).send(otp_token=code_to(FIRST))
    assert MessageDevice.objects.get().destination == FIRST
    make_person("robert", email=MAIL)
    _undo()
    assert not MessageDevice.objects.exists()


def test_a_passkey_from_before_chooses_no_password_without_an_address(bob: User) -> None:
    """Whose it is nobody knows: he may have added it before he changed the address."""
    key = Authenticator()
    thief = Surfer()
    thief.sign_in()
    enrol(thief, key)
    Session.objects.update(confirmed_at=bob.created_at)
    User.objects.filter(pk=bob.pk).update(email="", email_key=None, must_reset_password=True)
    bob.refresh_from_db()
    bob.set_unusable_password()
    bob.save()
    tab = Surfer().open("/login")
    page = tab.send(passkey=key.get(tab))
    assert page.shows("ask-administrator") and not page.surfer.is_signed_in()


def test_an_undone_change_cancels_a_recovery_in_the_ordinary_case_too(bob: User) -> None:
    thief = Surfer()
    thief.sign_in()
    thief.open("/account/email").send(email=FIRST).send(otp_token=code_to(FIRST))
    row = SelfRecovery.objects.create(
        user=bob,
        cancel_digest="0" * 64,
        password_state="",
        ready_at=bob.created_at,
        expires_at=bob.created_at,
    )
    done = _undo()
    assert done.shows("change-undone") and "0 sessions" not in done.text
    row.refresh_from_db()
    bob.refresh_from_db()
    assert row.cancelled_at is not None and bob.email == MAIL


def test_that_was_not_me_takes_the_thiefs_address_away_as_well(bob: User) -> None:
    home = Surfer()
    home.sign_in()
    event = AuditEvent.objects.get(name="login", subject=bob)
    home.open("/account/email").send(email=FIRST).send(otp_token=code_to(FIRST))
    make_person("robert", email=MAIL)
    done = home.open(f"/account/not-me?event={event.pk}").send()
    assert "The present one was taken away." in done.text and done.shows("new-address")
    bob.refresh_from_db()
    assert bob.email == "" and not bob.has_usable_password()
    Surfer().open("/password/forgot").send(email=FIRST)
    assert not to(FIRST, "password_reset")
    # The owner, still signed in here, gives the account an address and chooses by link.
    home.open("/account/email").send(email="mine@example.com").send(
        otp_token=code_to("mine@example.com")
    )
    Surfer().open("/password/forgot").send(email="mine@example.com")
    Surfer().open(link_to("mine@example.com", "password_reset")).send(new_password=NEW)
    assert Surfer().sign_in("bob", NEW).url == "/account/sessions"
