"""Setting up codes by SMS and by e-mail."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import AuditEvent, MessageDevice, OutboxMessage, User
from tests.accounts.codes import code, messages, with_phone, wrong
from tests.accounts.surfer import Surfer, Tab

pytestmark = pytest.mark.django_db(transaction=True)
SMS, EMAIL = "/account/factors/sms", "/account/factors/email"


@pytest.fixture
def here(surfer: Surfer) -> Surfer:
    surfer.sign_in()
    return surfer


def _begun(here: Surfer, number: str = "+49 1511 2345678") -> Tab:
    return here.open(SMS).send(phone_number=number)


def test_a_number_is_typed_a_code_is_sent_and_typed(here: Surfer, bob: User) -> None:
    page = _begun(here)
    assert page.url == SMS
    assert "+4915112345678" in page.text
    done = page.send(otp_token=code())
    assert done.url == "/account/factors/recovery-codes"
    device = MessageDevice.objects.get(user=bob)
    assert (device.confirmed, device.channel, device.destination) == (True, "sms", "+4915112345678")
    assert AuditEvent.objects.get(name="factor_added").data["factor"] == "sms"
    assert OutboxMessage.objects.get(purpose="factor_added").user == bob
    assert "•••• 78" in here.open("/account/sign-in").text


def test_looking_at_the_pages_sends_nothing(here: Surfer, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(email_verified=True)
    here.open(SMS)
    here.open(EMAIL)
    assert messages() == []


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("", "Enter the number of your mobile phone."),
        ("0151 2345678", "its country code is missing"),
        ("+49 1512 3456789 ext. 3", "its country code is missing"),
        ("not a number", "its country code is missing"),
        ("+1 900 234 5678", "No code can be sent to this number."),
        ("+881 6123456789", "No code can be sent to this number."),
        ("\0", "number"),
    ],
)
def test_what_is_no_number_for_codes_is_said(here: Surfer, number: str, words: str) -> None:
    page = _begun(here, number)
    assert page.status == 400
    assert words in page.text
    assert messages() == []
    assert not MessageDevice.objects.exists()


def test_another_number_after_all(here: Surfer, bob: User) -> None:
    page = _begun(here)
    first = code()
    page = page.send(change="1")
    assert 'name="phone_number"' in page.text
    page = page.send(phone_number="+49 1511 7654321")
    if code() != first:
        assert page.send(otp_token=first).status == 400
    page.send(otp_token=code())
    assert MessageDevice.objects.get(user=bob).destination == "+4915117654321"


def test_the_same_form_twice_is_one_message(here: Surfer) -> None:
    page = here.open(SMS)
    page.send(phone_number="+4915112345678")
    page.send(phone_number="+4915112345678")
    assert len(messages()) == 1
    assert MessageDevice.objects.count() == 1


def test_a_new_number_takes_the_place_of_the_old_one_once_it_is_proven(
    here: Surfer, bob: User
) -> None:
    with_phone(bob)
    page = _begun(here, "+4915117654321")
    page = page.send(otp_token=wrong(code()))
    assert page.status == 400
    assert MessageDevice.objects.get(confirmed=True).destination == "+4915112345678"
    page.send(otp_token=code())
    assert MessageDevice.objects.get().destination == "+4915117654321"


def test_half_an_hour_later_it_begins_anew(here: Surfer) -> None:
    assert "otp_token" in _begun(here).text
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        later = Surfer()
        later.sign_in()
        assert 'name="phone_number"' in later.open(SMS).text


def test_mail_goes_to_the_accounts_own_proven_address_whatever_a_form_says(
    here: Surfer, bob: User
) -> None:
    page = here.open(EMAIL)
    assert page.shows("address-not-proven")
    page.send(begin="1")
    assert messages() == []
    User.objects.filter(pk=bob.pk).update(email_verified=True)
    page = here.open(EMAIL).send(
        begin="1", email="mallory@example.com", destination="mallory@example.com"
    )
    (message,) = messages()
    assert (message.channel, message.recipient) == ("email", "bob@example.com")
    page.send(otp_token=code())
    assert MessageDevice.objects.get().destination == "bob@example.com"


def test_where_the_deployment_offers_no_mail_codes_there_is_no_such_page(
    here: Surfer, settings: Any
) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"email_codes": False})
    assert here.open(EMAIL).status == 404
    assert "set-up-email" not in here.open("/account/factors/add").text


def test_as_a_step_of_a_login_that_demands_a_factor(
    surfer: Surfer, bob: User, settings: Any
) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"second_factor": "everybody"})
    page = surfer.sign_in()
    page = surfer.open(page.link("set-up-sms")).send(phone_number="+4915112345678")
    page = page.send(otp_token=code())
    assert page.url.startswith("/account/factors/recovery-codes")
    assert not surfer.is_signed_in()


def test_budgets_are_told_at_the_field(here: Surfer) -> None:
    for number in range(4):
        _begun(here, f"+4915112345{number}00")
    for number in range(4, 9):
        page = _begun(here, f"+4915112345{number}00")
    assert page.status == 429
    assert "too many were asked for" in page.text
