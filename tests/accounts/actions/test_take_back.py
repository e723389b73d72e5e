"""accounts/actions/take_back.py: what there was none of before, and what was changed just before."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts import audit
from accounts.actions import recovery_codes
from accounts.actions.holder import lives
from accounts.end_access import end_access
from accounts.models import AuditEvent, ContactChange, RecoveryCode, TOTPDevice, User
from accounts.notifications.letter import letter
from tests.accounts.letters import code_to, link_to, to
from tests.accounts.surfer import Surfer, Tab, make_person
from tests.support import authenticator

pytestmark = pytest.mark.django_db

THIEF, MINE = "thief@evil.test", "bob@mine.test"
NUMBER, OTHER = "+4915112345678", "+4915187654321"


@pytest.fixture
def nameless(db: None) -> User:
    """Without any address."""
    return make_person("bob", email="")


def _press(home: Surfer, user: User) -> Any:
    event = AuditEvent.objects.filter(subject=user, name=audit.LOGIN).order_by("pk")[0]
    return home.open(f"/account/not-me?event={event.pk}").send()


def _change_phone(surfer: Surfer, number: str) -> None:
    surfer.open("/account/phone").send(phone_number=number).send(otp_token=code_to(number))


def test_the_first_address_that_a_thief_gave_it_goes(nameless: User) -> None:
    home, thief = Surfer(), Surfer()
    home.sign_in()
    thief.sign_in()
    thief.open("/account/email").send(email=THIEF).send(otp_token=code_to(THIEF))
    done = _press(home, nameless)
    assert "The e-mail address that was added since was taken away." in done.text
    assert not done.shows("send-another")
    nameless.refresh_from_db()
    assert (nameless.email, nameless.email_key, nameless.email_verified) == ("", None, False)
    assert not to(THIEF, "locked_down") and not to(THIEF, "password_reset")
    # Nothing but the password ever opened this account: the owner is asked for another one.
    assert nameless.has_usable_password() and nameless.must_reset_password
    assert home.is_signed_in() and not thief.is_signed_in()


def test_and_so_does_the_first_number(bob: User) -> None:
    home, thief = Surfer(), Surfer()
    home.sign_in()
    thief.sign_in()
    _change_phone(thief, NUMBER)
    done = _press(home, bob)
    assert "The phone number that was added since was taken away." in done.text
    bob.refresh_from_db()
    assert (bob.phone_number, bob.phone_number_verified) == ("", False)


def test_proving_the_same_address_is_nothing_to_take_back(db: None) -> None:
    bob = make_person("bob", email_verified=False)
    home = Surfer()
    home.sign_in()
    home.open("/account/email").send(email=bob.email).send(otp_token=code_to(bob.email))
    _press(home, bob)
    bob.refresh_from_db()
    assert (bob.email, bob.email_verified) == ("bob@example.com", True)
    assert ContactChange.objects.get().undone_at is None


def test_the_link_of_the_old_phone_undoes_the_address_from_just_before(bob: User) -> None:
    """Or the link to the new password would go to the thief."""
    proven = {"phone_number": NUMBER, "phone_number_verified": True, "email_verified": True}
    User.objects.filter(pk=bob.pk).update(**proven)
    thief = Surfer()
    thief.sign_in()
    thief.open("/account/email").send(email=THIEF).send(otp_token=code_to(THIEF))
    _change_phone(thief, OTHER)
    done = Surfer().open(link_to(NUMBER, "phone_changed_old")).send()
    assert "old phone number again" in done.text
    bob.refresh_from_db()
    assert (bob.email, bob.phone_number) == ("bob@example.com", NUMBER)
    assert not to(THIEF, "locked_down") and to("bob@example.com", "locked_down")


def test_codes_kept_in_the_very_moment_it_is_shut_do_not_work(
    bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    authenticator.enrolled(bob)
    type(bob).objects.update(created_at=timezone.now() - timedelta(days=3))
    thief = Surfer()
    thief.sign_in().send(otp_token=authenticator.code())
    page = thief.open("/account/factors/recovery-codes")
    _shut_before_the_lock(monkeypatch, bob)
    sealed = page.text.split('name="sealed" value="')[1].split('"')[0]
    typed = recovery_codes.shown(bob, sealed)
    assert typed
    assert page.send(sealed=sealed, recovery_code=typed.codes[0]).status == 409
    assert not RecoveryCode.objects.exists()


def _shut_before_the_lock(monkeypatch: pytest.MonkeyPatch, user: User) -> None:
    """The other request has the row first: this one sees what it did."""

    def after(holder: uuid.UUID | None) -> bool:
        end_access(user=user, reason="not_me")
        return lives(holder)

    monkeypatch.setattr(recovery_codes, "lives", after)


def test_nobody_is_asked_for_a_password_that_the_account_has_not(nameless: User) -> None:
    home = Surfer()
    home.sign_in()
    nameless.set_unusable_password()
    nameless.save()
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=True):
        page = home.open("/account/email")
        assert page.shows("ask-administrator") and not page.shows("submit-confirm")
        User.objects.filter(pk=nameless.pk).update(email="b@x.test", email_key="b@x.test")
        assert page.reload().link("forgot").startswith("/password/forgot")


def test_an_address_that_nobody_proved_is_nothing_to_go_back_to(db: None) -> None:
    """A slip of the administrator's may be a stranger's mailbox."""
    make_person("bob", email="bob@exmaple.test", email_verified=False)
    home = Surfer()
    home.sign_in()
    home.open("/account/email").send(email=MINE).send(otp_token=code_to(MINE))
    (mail,) = to("bob@exmaple.test", "email_changed")
    assert not mail.context["link"] and "ask an administrator" in letter(mail).text
    assert "/account/undo" not in letter(mail).text


def test_codes_of_an_old_page_do_not_come_back_beside_another_factor(bob: User) -> None:
    home = Surfer()
    home.sign_in()
    page = _add_app(home)
    sealed = page.text.split('name="sealed" value="')[1].split('"')[0]
    kept = recovery_codes.shown(bob, sealed)
    assert kept
    fields = {"sealed": sealed, "recovery_code": kept.codes[0]}
    assert page.send(**fields).url == "/account/sign-in"
    device = TOTPDevice.objects.get()
    home.open("/account/sign-in").send(remove=f"totp/{device.pk}", sure="1")
    assert not RecoveryCode.objects.exists()
    _add_app(home)
    assert page.send(**fields).status == 409
    assert not RecoveryCode.objects.exists()


def _add_app(surfer: Surfer) -> Tab:
    page = surfer.open("/account/factors/authenticator")
    seed = TOTPDevice.objects.get(confirmed=False).key
    return page.send(otp_token=authenticator.code(seed), name="Phone")
