"""Security mails say what was done, where and when; by that a person knows whether it was them."""

from typing import Any

import pytest
from django.test import RequestFactory

from accounts.actions import recovery_codes
from accounts.actions.security_notice import notify
from accounts.audit import Peer
from accounts.models import OutboxMessage, RecoveryCode, TOTPDevice, User
from accounts.notifications.letter import letter
from tests.accounts.letters import code_to, link_to, to
from tests.accounts.surfer import Surfer
from tests.factories import make_session

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
MAIL, THIEVES = "bob@example.com", "thief@evil.test"
PHONE = "+4915112345660"


@pytest.fixture
def home(bob: User) -> Surfer:
    User.objects.update(email_verified=True, zoneinfo="Europe/Berlin")
    surfer = Surfer(address="192.0.2.7", agent=AGENT)
    surfer.sign_in()
    return surfer


def _text(recipient: str, purpose: str) -> str:
    return letter(to(recipient, purpose)[-1]).text


def _says_where(text: str) -> bool:
    return "Firefox on Linux\nfrom the address 192.0.2.7, on " in text and "(Europe/Berlin)" in text


def test_a_first_phone_number_is_added_and_the_next_one_is_another(home: Surfer) -> None:
    page = home.open("/account/phone").send(phone_number=PHONE)
    page.send(otp_token=code_to(PHONE))
    (first,) = to(MAIL, "phone_changed")
    assert letter(first).subject == "A phone number was added"
    assert "has a phone number now: •••• 60" in letter(first).text
    assert _says_where(letter(first).text)
    other = "+4915112345661"
    home.open("/account/phone").send(phone_number=other).send(otp_token=code_to(other))
    assert "has another phone number now: •••• 61" in _text(MAIL, "phone_changed")


def test_who_left_an_address_is_told_where_and_that_it_was_theirs(home: Surfer) -> None:
    home.open("/account/email").send(email=THIEVES).send(otp_token=code_to(THIEVES))
    text = _text(MAIL, "email_changed")
    assert _says_where(text) and "this was the address of the account bob" in text


def test_an_undone_change_is_told_at_the_address_that_goes(home: Surfer) -> None:
    """Whoever holds the old mailbox may not be the owner."""
    home.open("/account/email").send(email=THIEVES).send(otp_token=code_to(THIEVES))
    Surfer(address="192.0.2.7", agent=AGENT).open(link_to(MAIL, "email_changed")).send()
    (notice,) = to(THIEVES, "email_change_undone")
    text = letter(notice).text
    assert _says_where(text) and "has its old e-mail address again" in text
    assert "not_me_link" not in notice.context and not to(MAIL, "email_change_undone")


def test_a_removed_factor_is_named(home: Surfer, bob: User) -> None:
    device = TOTPDevice.objects.create(user=bob, name="Old phone", key="a1" * 20, confirmed=True)
    notify(bob, "factor_removed", context={"factor": "totp", "device": device.name})
    assert "authenticator app (Old phone)." in _text(MAIL, "factor_removed")


def test_the_first_recovery_codes_replace_none(bob: User) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7", headers={"User-Agent": AGENT})
    session, texts = make_session(bob), []
    for _ in range(2):
        new = recovery_codes.make(bob)
        recovery_codes.keep(request, bob, session.pk, new, new.codes[0])
        texts.append(_text(MAIL, "recovery_codes_made"))
    assert RecoveryCode.objects.count() == len(new.codes)
    assert "recovery codes were made for your account" in texts[0]
    assert "no longer work" not in texts[0] and "no longer work" in texts[1]
    assert to(MAIL)[0].context["browser"] == "Firefox on Linux"


def test_without_a_request_nobody_was_anywhere(bob: User) -> None:
    notify(bob, "password_changed")
    message = OutboxMessage.objects.get()
    assert not {"browser", "address", "when", "zone"} & message.context.keys()
    assert "from the address" not in letter(message).text


@pytest.mark.parametrize("address", [None, "", "unix:", "evil.test"])
def test_what_is_no_address_is_not_told_as_one(bob: User, address: Any) -> None:
    notify(bob, "password_changed", request=Peer(address, "see http://evil.test/ now"))
    text = letter(OutboxMessage.objects.get()).text
    assert "from the address" not in text and "(UTC)" in text
    assert "http://evil.test" not in text and "evil.test/" not in text
