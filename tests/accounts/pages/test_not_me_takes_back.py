"""“That wasn’t me” after a thief made himself at home: what he changed goes, once."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from accounts import audit
from accounts.actions.not_me import not_me_link
from accounts.models import AuditEvent, ContactChange, Passkey, TOTPDevice, User
from accounts.notifications.letter import letter
from tests.accounts.codes import with_phone
from tests.accounts.letters import code_to, link_to, to
from tests.accounts.surfer import NEW, PASSWORD, Surfer, Tab, enrol, make_person
from tests.support import authenticator
from tests.support.security_key import Authenticator

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob(db: None) -> User:
    return make_person("bob", email_verified=True)


def _thief() -> Surfer:
    """He knows the password. Bob's mailbox hears of the new browser."""
    Surfer().sign_in()
    thief = Surfer(agent="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    thief.sign_in()
    return thief


def _changes_address(thief: Surfer, address: str = "thief@evil.test") -> None:
    page = thief.open("/account/email").send(email=address)
    page.send(otp_token=code_to(address))


def _adds_app(thief: Surfer) -> None:
    page = thief.open("/account/factors/authenticator")
    seed = TOTPDevice.objects.get(confirmed=False).key
    page.send(otp_token=authenticator.code(seed), name="His phone")
    assert TOTPDevice.objects.get().confirmed


def _link(purpose: str) -> str:
    message = to("bob@example.com", purpose)[-1]
    return str(message.context["not_me_link"]).removeprefix(settings.SIGNET.issuer)


def _press(link: str) -> Tab:
    return Surfer().open(link).send()


def test_the_link_to_the_new_password_goes_to_the_owner(bob: User) -> None:
    thief = _thief()
    _changes_address(thief)
    done = _press(_link("new_browser"))
    assert "old e-mail address again" in done.text
    bob.refresh_from_db()
    assert bob.email == "bob@example.com"
    assert to("bob@example.com", "locked_down") and not to("thief@evil.test", "locked_down")
    page = Surfer().open(link_to("bob@example.com", "locked_down")).send(new_password=NEW)
    assert page.status == 200
    assert Surfer().sign_in("bob", NEW).url == "/account/sessions"


def test_several_changes_lead_back_to_the_first_address(bob: User) -> None:
    thief = _thief()
    _changes_address(thief, "a@evil.test")
    _changes_address(thief, "b@evil.test")
    _press(_link("new_browser"))
    bob.refresh_from_db()
    assert bob.email == "bob@example.com"
    assert not ContactChange.objects.filter(undone_at=None).exists()


def test_an_address_that_cannot_be_set_back_gets_no_link(bob: User) -> None:
    thief = _thief()
    _changes_address(thief)
    make_person("eve", email="bob@example.com")
    done = _press(_link("new_browser"))
    assert done.shows("locked-down")
    bob.refresh_from_db()
    assert not bob.has_usable_password()
    assert not to("thief@evil.test", "locked_down")


def test_a_factor_of_the_thief_keeps_the_owner_out_no_more(bob: User) -> None:
    _adds_app(_thief())
    done = _press(_link("factor_added"))
    assert "1 second factor that was added since was removed." in done.text
    assert AuditEvent.objects.filter(name=audit.FACTOR_REMOVED, reason="not_me").count() == 1
    Surfer().open(link_to("bob@example.com", "locked_down")).send(new_password=NEW)
    assert Surfer().sign_in("bob", NEW).url == "/account/sessions"


def test_factors_from_before_stay(bob: User) -> None:
    device = with_phone(bob)
    type(device).objects.update(created_at=timezone.now() - timedelta(days=3))
    home = Surfer()
    home.sign_in().send(otp_token=code_to(device.destination))
    event = AuditEvent.objects.filter(subject=bob, name=audit.LOGIN).get()
    home.open(f"/account/not-me?event={event.pk}").send()
    assert type(device).objects.filter(confirmed=True).count() == 1


def test_the_undo_link_removes_what_was_added_since(bob: User) -> None:
    thief = _thief()
    _changes_address(thief)
    _adds_app(thief)
    Surfer().open(link_to("bob@example.com", "email_changed")).send()
    assert not TOTPDevice.objects.exists()


def test_one_press_answers_every_mail_from_before(bob: User) -> None:
    _thief()
    _thief()
    first, second = to("bob@example.com", "new_browser")[0], _link("new_browser")
    link = str(first.context["not_me_link"]).removeprefix(settings.SIGNET.issuer)
    assert _press(link).shows("locked-down")
    Surfer().open(link_to("bob@example.com", "locked_down")).send(new_password=NEW)
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=True):
        for old in (link, second):
            assert Surfer().open(old).status == 400
        bob.refresh_from_db()
        assert bob.has_usable_password()


def test_a_page_open_since_before_does_nothing_either(bob: User) -> None:
    _thief()
    link = _link("new_browser")
    page = Surfer().open(link)
    _press(link)
    Surfer().open(link_to("bob@example.com", "locked_down")).send(new_password=NEW)
    assert page.send().status == 400
    bob.refresh_from_db()
    assert bob.has_usable_password()


def test_pressed_twice_it_says_what_it_did(bob: User) -> None:
    _thief()
    page = Surfer().open(_link("new_browser"))
    assert page.send().shows("locked-down")
    assert page.send().shows("locked-down")


def test_a_passkey_from_before_chooses_no_password(bob: User) -> None:
    """The link in the mailbox does: the passkey may be the thief's."""
    thief, key = _thief(), Authenticator()
    enrol(thief, key)
    Passkey.objects.update(created_at=timezone.now() - timedelta(days=1))
    _press(_link("new_browser"))
    page = Surfer().open("/account/sessions")
    step = page.send(passkey=key.get(page))
    assert step.url.startswith("/login/new-password")
    assert step.shows("by-link")
    assert not step.send(new_password=NEW).surfer.is_signed_in()
    bob.refresh_from_db()
    assert not bob.has_usable_password()
    Surfer().open(link_to("bob@example.com", "locked_down")).send(new_password=NEW)
    bob.refresh_from_db()
    assert bob.has_usable_password()


def test_a_passkey_that_the_mail_told_of_is_gone(bob: User) -> None:
    thief, key = _thief(), Authenticator()
    enrol(thief, key)
    _press(_link("factor_added"))
    page = Surfer().open("/account/sessions")
    assert page.send(passkey=key.get(page)).status == 400
    assert not Passkey.objects.exists()


def test_the_password_that_a_stranger_knew_never_comes_back(bob: User) -> None:
    _thief()
    _press(_link("new_browser"))
    (mail,) = to("bob@example.com", "locked_down")
    text = letter(mail).text
    assert "was shut" in text
    assert "stays as it is" not in text
    page = Surfer().open(link_to("bob@example.com", "locked_down"))
    refused = page.send(new_password=PASSWORD)
    assert refused.status == 400
    assert "did not use before" in refused.text
    refused.send(new_password=NEW)
    home = Surfer()
    home.sign_in("bob", NEW)
    change = home.open("/account/password")
    for known in (PASSWORD, NEW):
        assert change.send(current_password=NEW, new_password=known).status == 400


def test_asked_once_more_who_they_are_they_come_back_to_the_same_event(bob: User) -> None:
    home = Surfer()
    home.sign_in()
    _changes_address(_thief())
    event = AuditEvent.objects.get(name=audit.EMAIL_CHANGED)
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=True):
        stale = Surfer.open(home, f"/account/not-me?event={event.pk}")
        assert stale.shows("submit-confirm")
        back = stale.send(password=PASSWORD)
        assert back.shows("reported")
        before = home.cookie
        back.send()
    bob.refresh_from_db()
    assert bob.email == "bob@example.com"
    assert home.cookie != before
    assert home.is_signed_in()


def test_the_mail_that_is_read_first_need_not_be_the_first(bob: User) -> None:
    thief = _thief()
    _adds_app(thief)
    _changes_address(thief)
    with time_machine.travel(timezone.now() + timedelta(minutes=50), tick=True):
        _press(not_me_link(bob).removeprefix(settings.SIGNET.issuer))
    assert not TOTPDevice.objects.exists()
    bob.refresh_from_db()
    assert bob.email == "bob@example.com"
