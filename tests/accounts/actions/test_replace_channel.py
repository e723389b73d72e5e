"""A second phone or mailbox for codes: the first one hears that it is out."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, MessageDevice, Session, TrustedBrowser, User
from tests.accounts import letters
from tests.accounts.codes import NUMBER, with_phone
from tests.accounts.surfer import Surfer

pytestmark = pytest.mark.django_db
_OTHER = "+4915187654321"
_OLD_BOX = "old@example.com"


@pytest.fixture
def here(bob: User) -> Surfer:
    """Freshly signed in, in a browser that is trusted."""
    surfer = Surfer()
    surfer.sign_in()
    TrustedBrowser.objects.create(
        user=bob,
        browser=Session.objects.get().browser,
        password_state="-",
        expires_at=timezone.now() + timedelta(days=1),
    )
    return surfer


def _set_up_phone(here: Surfer, number: str) -> None:
    tab = here.open("/account/factors/sms").send(phone_number=number)
    tab.send(otp_token=letters.code_to(number))


def _removed() -> list[dict[str, object]]:
    return [one.data for one in AuditEvent.objects.filter(name="factor_removed")]


def test_the_phone_before_and_the_mailbox_hear_of_another_phone(here: Surfer, bob: User) -> None:
    with_phone(bob)
    _set_up_phone(here, _OTHER)
    assert MessageDevice.objects.get(user=bob).destination == _OTHER
    (sms,) = letters.to(NUMBER, "factor_removed")
    assert sms.channel == "sms"
    assert letters.to(bob.email, "factor_removed")
    assert letters.to(bob.email, "factor_added")
    assert [one["factor"] for one in _removed()] == ["sms"]
    assert not TrustedBrowser.objects.exists()


def test_a_mailbox_of_before_hears_that_codes_go_elsewhere(here: Surfer, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(email_verified=True)
    MessageDevice(
        user=bob, channel="email", destination=_OLD_BOX, confirmed=True, name="Mailbox"
    ).save()
    tab = here.open("/account/factors/email").send(begin="1")
    tab.send(otp_token=letters.code_to(bob.email))
    assert MessageDevice.objects.get(user=bob).destination == bob.email
    assert letters.to(_OLD_BOX, "factor_removed")
    assert [one["factor"] for one in _removed()] == ["email"]
    assert not TrustedBrowser.objects.exists()


def test_the_same_phone_set_up_once_more_is_no_other_one(here: Surfer, bob: User) -> None:
    with_phone(bob)
    _set_up_phone(here, NUMBER)
    assert MessageDevice.objects.filter(user=bob).count() == 1
    assert not letters.to(NUMBER, "factor_removed")
    assert _removed() == []
    assert TrustedBrowser.objects.exists()


def test_a_first_phone_takes_nobodys_place(here: Surfer, bob: User) -> None:
    _set_up_phone(here, _OTHER)
    assert _removed() == []
    assert TrustedBrowser.objects.exists()
