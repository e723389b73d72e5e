"""“That wasn’t me” against a thief who took precautions: factors added first, presses of his own."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from accounts.models import Passkey, TOTPDevice, User
from tests.accounts.letters import code_to, link_to, to
from tests.accounts.surfer import NEW, PASSWORD, Surfer, enrol, make_person
from tests.support import authenticator
from tests.support.security_key import Authenticator

pytestmark = pytest.mark.django_db

MAIL, THIEF = "bob@example.com", "thief@evil.test"
PHONE, HIS = "+4915112345678", "+4915187654321"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def bob(db: None) -> User:
    return make_person("bob", email_verified=True)


@pytest.fixture
def thief(bob: User) -> Surfer:
    """He knows the password; bob's mailbox hears of the new browser."""
    Surfer().sign_in()
    surfer = Surfer(agent=FIREFOX)
    surfer.sign_in()
    return surfer


def _adds_app(thief: Surfer) -> None:
    page = thief.open("/account/factors/authenticator")
    seed = TOTPDevice.objects.get(confirmed=False).key
    page.send(otp_token=authenticator.code(seed), name="His phone")
    assert TOTPDevice.objects.get().confirmed


def _changes_address(thief: Surfer) -> None:
    thief.open("/account/email").send(email=THIEF).send(otp_token=code_to(THIEF))


def _mailed(purpose: str, number: int = -1) -> str:
    link = str(to(MAIL, purpose)[number].context["not_me_link"])
    return link.removeprefix(settings.SIGNET.issuer)


def _owner_is_in() -> None:
    Surfer().open(link_to(MAIL, "locked_down")).send(new_password=NEW)
    assert Surfer().sign_in("bob", NEW).url == "/account/sessions"


def test_what_was_added_in_the_session_that_changed_the_address_goes_by_its_undo_link(
    thief: Surfer, bob: User
) -> None:
    _adds_app(thief)
    with time_machine.travel(timezone.now() + timedelta(hours=3), tick=True):
        page = thief.open("/account/email")
        page = page.send(otp_token=authenticator.code(TOTPDevice.objects.get().key))
        page.send(email=THIEF).send(otp_token=code_to(THIEF))
        Surfer().open(link_to(MAIL, "email_changed")).send()
        assert not TOTPDevice.objects.exists()
        _owner_is_in()


def test_a_passkey_that_he_added_first_opens_nothing_after_the_undo(
    thief: Surfer, bob: User
) -> None:
    key = Authenticator()
    enrol(thief, key)
    _changes_address(thief)
    Surfer().open(link_to(MAIL, "email_changed")).send()
    assert not Passkey.objects.exists()
    _owner_is_in()


def test_pressed_in_the_newest_mail_first_the_older_one_still_works_once(
    thief: Surfer, bob: User
) -> None:
    _adds_app(thief)
    with time_machine.travel(timezone.now() + timedelta(hours=30), tick=True):
        again = Surfer(agent="Mozilla/5.0 (Macintosh) Version/17.0 Safari/605.1.15")
        again.sign_in().send(otp_token=authenticator.code(TOTPDevice.objects.get().key))
        newest, older = _mailed("new_browser"), _mailed("factor_added")
        done = Surfer().open(newest).send()
        assert done.shows("older-mails") and TOTPDevice.objects.exists()
        assert Surfer().open(newest).status == 400
        assert Surfer().open(older).send().shows("locked-down")
        assert not TOTPDevice.objects.exists()
        assert Surfer().open(older).status == 400
        assert Surfer().open(_mailed("new_browser", 0)).send().shows("locked-down")
        _owner_is_in()


def test_a_thief_who_presses_himself_voids_no_mail_and_spends_no_budget(
    thief: Surfer, bob: User
) -> None:
    _adds_app(thief)
    for _ in range(5):
        page = thief.open("/account/not-me")
        answer = page.send(since="none") if page.shows("lately") else page.send()
        assert answer.shows("locked-down")
    # Neither the mail from before, nor the one of his own press, is dead.
    assert "not_me_link" in to(MAIL, "locked_down")[-1].context
    assert Surfer().open(_mailed("locked_down")).status == 200
    Surfer().open(_mailed("factor_added")).send()
    assert not thief.is_signed_in() and not TOTPDevice.objects.exists()
    _owner_is_in()


def test_his_browser_is_a_new_one_again_afterwards(thief: Surfer, bob: User) -> None:
    Surfer().open(_mailed("new_browser")).send()
    Surfer().open(link_to(MAIL, "locked_down")).send(new_password=NEW)
    before = len(to(MAIL, "new_browser"))
    thief.sign_in("bob", NEW)
    assert len(to(MAIL, "new_browser")) == before + 1


def test_a_number_that_he_removed_comes_back_in_place_of_his(thief: Surfer, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(phone_number=PHONE, phone_number_verified=True)
    page = thief.open("/account/phone")
    page.send(remove="1", sure="1")
    bob.refresh_from_db()
    assert bob.phone_number == ""
    thief.open("/account/phone").send(phone_number=HIS).send(otp_token=code_to(HIS))
    done = Surfer().open(link_to(PHONE, "phone_removed_old")).send()
    assert "old phone number again" in done.text
    bob.refresh_from_db()
    assert (bob.phone_number, bob.phone_number_verified) == (PHONE, True)
    assert not thief.is_signed_in()


def test_a_code_to_sign_in_from_before_is_over(bob: User, settings: object) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"magic_codes": True})  # type: ignore[attr-defined]
    surfer = Surfer()
    page = surfer.open(surfer.open("/account/sessions").link("magic-code")).send(email=MAIL)
    Surfer().open("/password/forgot").send(email=MAIL)
    Surfer().open(link_to(MAIL, "password_reset")).send(new_password=NEW)
    assert page.send(otp_token=code_to(MAIL)).status == 400
    assert not surfer.is_signed_in() and PASSWORD != NEW
