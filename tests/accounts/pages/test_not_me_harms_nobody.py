"""“That wasn’t me” neither lets a careful thief back in, nor takes from the owner what is theirs."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core import signing
from django.utils import timezone

from accounts import audit
from accounts.actions.not_me import not_me_link
from accounts.models import AuditEvent, ContactChange, MessageDevice, Passkey, TOTPDevice, User
from accounts.notifications.letter import letter
from tests.accounts.letters import code_to, link_to, to
from tests.accounts.surfer import NEW, PASSWORD, Surfer, enrol, make_person
from tests.support import authenticator
from tests.support.security_key import Authenticator

pytestmark = pytest.mark.django_db

MAIL, THIEF = "bob@example.com", "thief@evil.test"
PHONE, HIS, OTHER = "+4915112345678", "+4915187654321", "+4915133334444"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def _person(**over: Any) -> User:
    person = make_person("bob", **{"email_verified": True, **over})
    Surfer().sign_in()
    return person


def _thief() -> Surfer:
    surfer = Surfer(agent=FIREFOX)
    surfer.sign_in()
    return surfer


def _set_address(surfer: Surfer, address: str) -> None:
    surfer.open("/account/email").send(email=address).send(otp_token=code_to(address))


def _add_app(surfer: Surfer) -> str:
    page = surfer.open("/account/factors/authenticator")
    seed = TOTPDevice.objects.get(confirmed=False).key
    page.send(otp_token=authenticator.code(seed), name="App")
    return seed


def _path(link: Any) -> str:
    return str(link).removeprefix(settings.SIGNET.issuer)


def _mailed(recipient: str, purpose: str, number: int = -1) -> str:
    return _path(to(recipient, purpose)[number].context["not_me_link"])


def _choose(address: str, purpose: str = "locked_down", password: str = NEW) -> None:
    assert Surfer().open(link_to(address, purpose)).send(new_password=password).status == 200


def _later(**much: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**much), tick=True)


def test_an_address_that_nobody_proved_comes_back_with_the_link(db: None) -> None:
    bob = _person(email_verified=False)
    _set_address(_thief(), THIEF)
    Surfer().open(_mailed(MAIL, "new_browser")).send()
    bob.refresh_from_db()
    assert (bob.email, bob.email_verified, bob.has_usable_password()) == (MAIL, False, False)
    assert to(MAIL, "locked_down") and not to(THIEF, "locked_down")


def test_no_code_goes_to_the_thiefs_phone_after_a_change_and_a_removal(db: None) -> None:
    bob = _person(phone_number=PHONE, phone_number_verified=True)
    MessageDevice.objects.create(
        user=bob,
        channel="sms",
        destination=PHONE,
        confirmed=True,
        name="",
        created_at=timezone.now() - timedelta(days=9),
    )
    thief = Surfer(agent=FIREFOX)
    thief.sign_in().send(otp_token=code_to(PHONE))
    thief.open("/account/phone").send(phone_number=HIS).send(otp_token=code_to(HIS))
    thief.open("/account/phone").send(remove="1")
    Surfer().open(link_to(PHONE, "phone_changed_old")).send()
    bob.refresh_from_db()
    assert (bob.phone_number, MessageDevice.objects.get().destination) == (PHONE, PHONE)


def test_what_the_owner_puts_right_by_hand_no_link_of_the_thiefs_undoes(db: None) -> None:
    bob = _person()
    _set_address(_thief(), THIEF)
    with _later(hours=3):
        owner = Surfer()
        owner.sign_in()
        his = _mailed(THIEF, "new_browser")
        _set_address(owner, MAIL)
        bob.refresh_from_db()
        assert bob.email == MAIL
        assert not to(THIEF, "email_changed")[-1].context["link"]
        assert owner.is_signed_in()
        Surfer().open(his).send()
        bob.refresh_from_db()
        assert bob.email == MAIL
        assert to(MAIL, "locked_down") and not to(THIEF, "locked_down")
    assert not ContactChange.objects.filter(undone_at=None, undo_until__gt=timezone.now()).exists()


def test_each_mail_works_once_however_many_presses_follow(db: None) -> None:
    _person()
    _thief()
    first = _mailed(MAIL, "new_browser")
    Surfer().open(first).send()
    _choose(MAIL)
    with _later(hours=5):
        Surfer(agent=FIREFOX).sign_in("bob", NEW)
        Surfer().open(_mailed(MAIL, "new_browser")).send()
        assert Surfer().open(first).status == 400


def test_an_older_mail_leaves_what_the_owner_did_after_the_press(db: None) -> None:
    bob = _person()
    _thief()
    older = _mailed(MAIL, "new_browser")
    with _later(hours=3):
        Surfer(agent="Mozilla/5.0 (Macintosh) Version/17.0 Safari/605.1.15").sign_in()
        Surfer().open(_mailed(MAIL, "new_browser")).send()
        _choose(MAIL)
        home = Surfer()
        home.sign_in("bob", NEW)
        _add_app(home)
        _set_address(home, "bob@new.test")
    with _later(days=9):
        done = Surfer().open(older).send()
        assert done.shows("password-stays")
        bob.refresh_from_db()
        assert TOTPDevice.objects.filter(confirmed=True).count() == 1
        assert bob.email == "bob@new.test" and bob.has_usable_password()
        assert not bob.must_reset_password


def test_where_the_thiefs_factor_stands_before_the_button_his_mail_helps(db: None) -> None:
    _person()
    owner = Surfer()
    owner.sign_in()
    with _later(minutes=2):
        _add_app(_thief())
    with _later(minutes=3):
        page = owner.open("/account/not-me")
        assert page.shows("submit-verify") and page.shows("by-mail")
        Surfer().open(_mailed(MAIL, "factor_added")).send()
        assert not TOTPDevice.objects.exists()
        _choose(MAIL)
        assert Surfer().sign_in("bob", NEW).url == "/account/sessions"


def test_a_number_that_came_a_moment_ago_gets_no_link_when_it_is_taken_away(db: None) -> None:
    bob = _person()
    thief = _thief()
    thief.open("/account/phone").send(phone_number=HIS).send(otp_token=code_to(HIS))
    owner = Surfer()
    owner.sign_in()
    owner.open("/account/phone").send(remove="1")
    bob.refresh_from_db()
    assert bob.phone_number == "" and not to(HIS, "phone_removed_old")
    assert to(MAIL, "phone_removed")


def test_an_address_of_a_few_days_gets_no_link_when_another_takes_its_place(db: None) -> None:
    _person()
    _set_address(_thief(), THIEF)
    with _later(days=2):
        owner = Surfer()
        owner.sign_in()
        _set_address(owner, "bob@third.test")
    assert not to(THIEF, "email_changed")[-1].context["link"]
    assert to(MAIL, "email_changed")[-1].context["link"]


def test_a_number_of_a_few_days_comes_back_alone(db: None) -> None:
    """It may be a thief's: neither the owner's factor goes by it, nor do codes come to it."""
    bob = _person()
    thief = _thief()
    for number in (HIS, OTHER):
        thief.open("/account/phone").send(phone_number=number).send(otp_token=code_to(number))
    link = link_to(HIS, "phone_changed_old")
    with _later(days=2):
        owner = Surfer()
        owner.sign_in()
        owner.open("/account/phone").send(phone_number=PHONE).send(otp_token=code_to(PHONE))
        page = owner.open("/account/factors/sms").send(phone_number=PHONE)
        page.send(otp_token=code_to(PHONE))
        mail = _mailed(MAIL, "factor_added")
        assert Surfer().open(link).send().shows("change-undone")
        bob.refresh_from_db()
        assert (bob.phone_number, MessageDevice.objects.get().destination) == (HIS, PHONE)
        assert not bob.has_usable_password() and to(MAIL, "locked_down")
        assert Surfer().open(mail).status == 200


def test_what_stood_for_a_week_gets_its_link(db: None) -> None:
    bob = _person()
    home = Surfer()
    home.sign_in()
    _set_address(home, "bob@mine.test")
    with _later(days=8):
        _set_address(_thief(), THIEF)
        Surfer().open(link_to("bob@mine.test", "email_changed")).send()
    bob.refresh_from_db()
    assert bob.email == "bob@mine.test"


def test_the_way_back_to_what_nobody_proved_is_a_change_like_any_other(db: None) -> None:
    _person(email="slip@exmaple.test", email_verified=False)
    home = Surfer()
    home.sign_in()
    _set_address(home, MAIL)
    with _later(hours=3):
        _set_address(_thief(), "slip@exmaple.test")
        owner = Surfer()
        owner.sign_in()
        event = AuditEvent.objects.filter(name=audit.EMAIL_CHANGED).order_by("-pk")[0]
        owner.open(f"/account/not-me?event={event.pk}").send(since="none")
    assert not to("slip@exmaple.test", "locked_down") and to(MAIL, "locked_down")


def test_the_honest_link_of_a_number_reaches_all_that_came_after(db: None) -> None:
    bob = _person(phone_number=PHONE, phone_number_verified=True)
    thief = _thief()
    thief.open("/account/phone").send(phone_number=HIS).send(otp_token=code_to(HIS))
    with _later(hours=3):
        again = Surfer(agent=FIREFOX)
        again.sign_in()
        _set_address(again, THIEF)
        Surfer().open(link_to(PHONE, "phone_changed_old")).send()
    bob.refresh_from_db()
    assert (bob.email, bob.phone_number) == (MAIL, PHONE)
    assert not to(THIEF, "locked_down")


def test_an_old_address_that_is_none_by_todays_rules_is_given_up(db: None) -> None:
    bob = _person()
    _set_address(_thief(), THIEF)
    change = ContactChange.objects.get()
    change.old = "bob@example..com"
    change.save()
    assert Surfer().open(_mailed(MAIL, "new_browser")).send().status == 200
    bob.refresh_from_db()
    assert (bob.email, bob.has_usable_password()) == ("", False)
    assert not to(THIEF, "locked_down")


def test_the_letter_says_no_more_than_what_was_done(db: None) -> None:
    bob = _person()
    home = Surfer()
    home.sign_in()
    _set_address(_thief(), THIEF)
    event = AuditEvent.objects.get(name=audit.EMAIL_CHANGED)
    with _later(days=16):
        owner = Surfer()
        owner.sign_in()
        owner.open(f"/account/not-me?event={event.pk}").send()
    (mail,) = to(THIEF, "locked_down")
    text = letter(mail).text
    assert "was shut" in text and "no longer works" not in text
    assert "not_me_link" not in mail.context
    bob.refresh_from_db()


def test_a_session_from_before_removes_no_factor_by_the_button(db: None) -> None:
    _person(email="")
    thief, owner = _thief(), Surfer()
    owner.sign_in()
    _add_app(owner)
    assert not thief.open("/account/not-me").shows("lock-down")
    assert TOTPDevice.objects.filter(confirmed=True).count() == 1


def test_what_a_press_did_not_reach_its_mails_still_do(db: None) -> None:
    """A thief comes back after an honest press; the owner begins with the oldest mail."""
    bob = _person()
    _thief()
    oldest = _mailed(MAIL, "new_browser")
    Surfer(agent="Mozilla/5.0 (Macintosh) Version/17.0 Safari/605.1.15").sign_in()
    Surfer().open(_mailed(MAIL, "new_browser")).send()
    _choose(MAIL)
    with _later(days=3):
        thief = Surfer(agent=FIREFOX)
        thief.sign_in("bob", NEW)
        _add_app(thief)
        done = Surfer().open(oldest).send()
        assert done.shows("newer-mails") and TOTPDevice.objects.exists()
        Surfer().open(_mailed(MAIL, "factor_added")).send()
        assert not TOTPDevice.objects.exists()
        bob.refresh_from_db()
        assert not bob.has_usable_password()


def test_going_to_and_fro_between_his_own_numbers_answers_no_mail(db: None) -> None:
    bob = _person()
    thief = _thief()
    for number in (HIS, PHONE, HIS):
        thief.open("/account/phone").send(phone_number=number).send(otp_token=code_to(number))
    bob.refresh_from_db()
    assert (bob.phone_number, bob.answered_mails) == (HIS, [])
    Surfer().open(_mailed(MAIL, "new_browser")).send()
    bob.refresh_from_db()
    assert (bob.phone_number, bob.has_usable_password()) == ("", False)


def test_a_factor_older_than_the_session_is_wanted_for_the_button(db: None) -> None:
    bob = _person()
    authenticator.enrolled(bob)
    TOTPDevice.objects.update(created_at=timezone.now() - timedelta(days=3))
    home = Surfer()
    home.sign_in().send(otp_token=authenticator.code())
    with _later(hours=2):
        assert home.open("/account/not-me").shows("submit-verify")


def test_his_browser_is_a_new_one_again_however_his_session_ended(db: None) -> None:
    _person()
    thief = _thief()
    thief.open("/sign-out").send()
    Surfer().open(_mailed(MAIL, "new_browser")).send()
    _choose(MAIL)
    before = len(to(MAIL, "new_browser"))
    thief.sign_in("bob", NEW)
    assert len(to(MAIL, "new_browser")) == before + 1


def test_a_removed_number_is_asked_about(db: None) -> None:
    bob = _person(phone_number=PHONE, phone_number_verified=True)
    home = Surfer()
    home.sign_in()
    _thief().open("/account/phone").send(remove="1")
    page = home.open("/account/not-me")
    event = AuditEvent.objects.get(name=audit.PHONE_REMOVED)
    assert "old phone number again" in page.send(since=str(event.pk)).text
    bob.refresh_from_db()
    assert bob.phone_number == PHONE


def test_no_link_goes_to_an_address_that_is_too_old_to_be_taken_back(db: None) -> None:
    bob = _person()
    home = Surfer()
    home.sign_in()
    _set_address(_thief(), THIEF)
    event = AuditEvent.objects.get(name=audit.EMAIL_CHANGED)
    with _later(days=16):
        owner = Surfer()
        owner.sign_in()
        page = owner.open(f"/account/not-me?event={event.pk}")
        assert "we mail" not in page.text
        done = page.send()
        assert done.status == 200 and not done.shows("send-another")
        bob.refresh_from_db()
        assert bob.has_usable_password() and bob.must_reset_password
        assert not [one for one in to(THIEF, "locked_down") if "link" in one.context]
        assert owner.is_signed_in()


def test_a_thief_who_signs_out_and_in_between_gains_nothing(db: None) -> None:
    _person()
    key = Authenticator()
    thief = _thief()
    enrol(thief, key)
    thief.open("/sign-out").send()
    with _later(hours=2):
        page = thief.open("/account/email")
        page = page.send(passkey=key.get(page))
        page = thief.open("/account/email").send(email=THIEF)
        page.send(otp_token=code_to(THIEF))
        Surfer().open(link_to(MAIL, "email_changed")).send()
        assert not Passkey.objects.exists()


@pytest.mark.parametrize("by", ["session", "event"])
def test_the_button_of_one_session_asks_about_what_was_before(db: None, by: str) -> None:
    bob = _person()
    thief = _thief()
    _set_address(thief, THIEF)
    thief.open("/sign-out").send()
    with _later(hours=3):
        thief.sign_in()
        home = Surfer()
        home.sign_in()
        event = AuditEvent.objects.filter(name=audit.LOGIN).order_by("-pk")[1]
        link = next(
            part.split('"')[0]
            for part in home.open("/account/sessions").text.split('href="')
            if part.startswith("/account/not-me?session=")
        )
        page = home.open(link if by == "session" else f"/account/not-me?event={event.pk}")
        assert page.shows("lately") and page.send().status == 400
        changed = AuditEvent.objects.get(name=audit.EMAIL_CHANGED)
        page.send(since=str(changed.pk))
    bob.refresh_from_db()
    assert bob.email == MAIL and not to(THIEF, "locked_down")


def test_what_a_thief_said_was_him_is_asked_about_all_the_same(db: None) -> None:
    _person()
    home = Surfer()
    home.sign_in()
    thief = _thief()
    _set_address(thief, THIEF)
    thief.open("/account/not-me").send(since="none")
    with _later(minutes=1):
        home.sign_in()
        assert Surfer().open(_mailed(MAIL, "new_browser")).status == 200


def test_a_link_of_the_version_before_is_an_answer(db: None) -> None:
    bob = _person()
    value = {"user": str(bob.pk), "event": None, "at": timezone.now().timestamp()}
    token = signing.dumps(value, salt="accounts.not_me")
    assert Surfer().open(f"/account/not-me?token={token}").shows("lock-down")


def test_two_peoples_mails_in_one_browser_are_not_mixed_up(db: None) -> None:
    bob = _person()
    eve = make_person("eve")
    family = Surfer()
    family.open(_path(not_me_link(bob))).send()
    link = _path(not_me_link(eve))
    hers = family.open(link)
    Surfer().open(link).send()
    answer = hers.send()
    assert answer.status == 400 and "bob" not in answer.text
    assert PASSWORD != NEW
