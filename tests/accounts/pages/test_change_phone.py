"""accounts/pages/change_phone.py: proven by SMS, told, undone, removed."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import MessageDevice, User
from tests.accounts.letters import code_to, link_to, to
from tests.accounts.surfer import Surfer, Tab

OLD, NEW = "+4915112345678", "+4915187654321"


@pytest.fixture
def home(bob: User) -> Surfer:
    User.objects.update(phone_number=OLD, phone_number_verified=True)
    surfer = Surfer()
    surfer.sign_in()
    return surfer


def change(surfer: Surfer, number: str = "+49 151 87654321") -> Tab:
    page = surfer.open("/account/phone").send(phone_number=number)
    return page.send(otp_token=code_to(NEW))


def test_the_number_counts_once_its_code_is_typed(home: Surfer, bob: User) -> None:
    page = home.open("/account/phone").send(phone_number="0049 (151) 87654321")
    bob.refresh_from_db()
    assert page.shows("code-sent") and bob.phone_number == OLD
    page.send(otp_token=code_to(NEW))
    bob.refresh_from_db()
    assert (bob.phone_number, bob.phone_number_verified) == (NEW, True)


def test_a_press_for_another_sms_right_away_says_how_long_to_wait(home: Surfer) -> None:
    page = home.open("/account/phone").send(phone_number=NEW)
    page = page.send(again="1")
    assert "A code is on its way already" in page.text
    assert len(to(NEW)) == 1
    with time_machine.travel(timezone.now() + timedelta(seconds=41), tick=True):
        page = page.send(again="1")
    assert "Only the newest code works" in page.text
    assert len(to(NEW)) == 2


def test_a_wrong_code_is_told_as_one_out_of_a_message(home: Surfer) -> None:
    page = home.open("/account/phone").send(phone_number=NEW)
    told = page.send(otp_token="000000" if code_to(NEW) != "000000" else "000001")
    assert told.status == 400 and "have a new one sent" in told.text


def test_mailbox_and_old_phone_are_told_and_each_can_undo(home: Surfer, bob: User) -> None:
    device = MessageDevice.objects.create(
        user=bob, channel="sms", destination=OLD, confirmed=False, name="phone"
    )
    MessageDevice.objects.filter(pk=device.pk).update(
        confirmed=True, created_at=timezone.now() - timedelta(days=1)
    )
    change(home)
    device.refresh_from_db()
    assert device.destination == NEW
    assert link_to("bob@example.com", "phone_changed") == link_to(OLD, "phone_changed_old")
    Surfer().open(link_to(OLD, "phone_changed_old")).send()
    bob.refresh_from_db()
    device.refresh_from_db()
    assert (bob.phone_number, bob.phone_number_verified) == (OLD, True)
    assert device.destination == OLD and not home.is_signed_in()


def test_a_number_nobody_proved_is_nothing_to_go_back_to(home: Surfer, bob: User) -> None:
    User.objects.update(phone_number_verified=False)
    change(home)
    assert to("bob@example.com", "phone_changed")[0].context["link"] == ""
    assert not to(OLD)


@pytest.mark.parametrize(
    "number", ["", "0151 87654321", "+49", "+4915187654321;ext=1", "+٤٩١٥١٨٧٦٥٤٣٢١", OLD]
)
def test_what_is_no_other_number_is_refused(home: Surfer, number: str) -> None:
    page = home.open("/account/phone").send(phone_number=number)
    assert page.status == 400 and 'id="id_phone_number_error"' in page.text


def test_premium_numbers_are_refused_with_the_reason(home: Surfer) -> None:
    page = home.open("/account/phone").send(phone_number="+49 900 1234567")
    assert page.status == 400 and "numbers of this kind" in page.text


def test_it_can_be_removed_and_the_mailbox_hears_of_it(home: Surfer, bob: User) -> None:
    page = home.open("/account/phone")
    assert 'name="remove"' not in page.text
    asked = home.open(page.link("ask-remove-phone"))
    bob.refresh_from_db()
    assert bob.phone_number == OLD and asked.shows("remove-phone") and OLD in asked.text
    home.post("/account/phone", asked.hidden | {"remove": "1"})
    bob.refresh_from_db()
    assert (bob.phone_number, bob.phone_number_verified) == ("", False)
    assert to("bob@example.com", "phone_removed")


def test_the_hint_comes_before_the_error_and_none_is_added(home: Surfer, bob: User) -> None:
    page = home.open("/account/phone")
    assert 'id="id_phone_number_helptext">With the country code' in page.text
    assert "Change your phone number" in page.text
    User.objects.update(phone_number="")
    assert "Add a phone number" in page.reload().text
    profile = home.open("/account/profile").text
    assert profile.index("Add<") > profile.index('id="change-phone"') > profile.index("Change<")
