"""A login asks for a code that was sent by SMS or e-mail."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.acr import MULTI_FACTOR, SINGLE_FACTOR
from accounts.models import (
    AuditEvent,
    MessageDevice,
    OneTimeCode,
    OutboxMessage,
    PendingLogin,
    Session,
    User,
)
from accounts.notifications.letter import letter
from tests.accounts.codes import code, messages, with_mailbox, with_phone, wrong
from tests.accounts.surfer import Surfer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def phone(bob: User) -> MessageDevice:
    return with_phone(bob)


@pytest.fixture
def mailbox(bob: User) -> MessageDevice:
    return with_mailbox(bob)


def test_the_code_is_sent_when_the_page_is_opened_and_lets_in(
    surfer: Surfer, phone: MessageDevice, bob: User
) -> None:
    page = surfer.sign_in()
    assert page.url.startswith("/login/sms")
    assert "•••• 78" in page.text
    assert "5112345" not in page.text
    assert not surfer.is_signed_in()
    (message,) = messages()
    assert (message.channel, message.recipient) == ("sms", "+4915112345678")
    assert page.send(otp_token=f" {code()[:3]} {code()[3:]}").url == "/account/sessions"
    session = Session.objects.get(user=bob)
    assert (set(session.amr), session.acr) == ({"pwd", "sms", "mfa"}, MULTI_FACTOR)


def test_a_code_by_mail_lets_in_and_is_told_as_no_second_factor_of_its_own_kind(
    surfer: Surfer, mailbox: MessageDevice, bob: User
) -> None:
    page = surfer.sign_in()
    assert page.url.startswith("/login/email-code")
    assert "b•••@example.com" in page.text
    page.send(otp_token=code())
    session = Session.objects.get(user=bob)
    assert (session.amr, session.acr) == (["pwd", "email"], SINGLE_FACTOR)


def test_the_mail_names_the_app_they_were_on_the_way_to(
    surfer: Surfer, mailbox: MessageDevice
) -> None:
    page = surfer.open("/account/sessions")
    PendingLogin.objects.update(branding={"name": "Acme Orders"})
    page.sign_in()
    assert "Acme Orders" in letter(messages()[-1]).html


def test_where_the_deployment_offers_none_nobody_is_asked_for_one(
    surfer: Surfer, mailbox: MessageDevice, settings: Any
) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"email_codes": False})
    surfer.sign_in()
    assert surfer.is_signed_in()


def test_back_reload_and_prefetch_find_the_code_that_was_sent(
    surfer: Surfer, phone: MessageDevice, mailbox: MessageDevice
) -> None:
    page = surfer.sign_in()
    first = code()
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        other = surfer.open(page.link("use-email"))
        assert len(messages(channel="email")) == 1
        back = surfer.open(other.link("use-sms"))
        back.reload()
        surfer.client.head(page.url)
        assert len(messages(channel="sms")) == 1
        assert back.send(otp_token=first).url == "/account/sessions"


def test_looking_without_reading_sends_nothing(surfer: Surfer, phone: MessageDevice) -> None:
    page = surfer.open("/account/sessions").send(
        follow=False, username="bob", password="correct horse battery staple"
    )
    step = page.response.headers["Location"]
    where = surfer.client.get(step).headers["Location"]
    surfer.client.head(where)
    assert messages() == []


def test_send_again_waits_a_moment_and_then_voids_the_old_code(
    surfer: Surfer, phone: MessageDevice
) -> None:
    page = surfer.sign_in()
    assert "at the earliest 40 seconds after the last one" in page.text
    assert 'data-wait="' in page.text
    first = code()
    early = page.send(again="1")
    assert "on its way already" in early.text
    assert len(messages()) == 1
    with time_machine.travel(timezone.now() + timedelta(seconds=41), tick=False):
        again = early.send(again="1")
        assert len(messages()) == 2
        if code() != first:
            assert "This code does not work" in again.send(otp_token=first).text
        assert again.send(otp_token=code()).url == "/account/sessions"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("queued", "is on its way to"),
        ("sending", "is on its way to"),
        ("sent", "We sent a six-digit code to"),
        ("failed", "could not be delivered"),
        ("expired", "could not be delivered"),
        ("withdrawn", "could not be delivered"),
        ("unknown", "We cannot tell"),
    ],
)
def test_the_page_says_what_became_of_the_message(
    surfer: Surfer, phone: MessageDevice, status: str, words: str
) -> None:
    page = surfer.sign_in()
    OutboxMessage.objects.update(
        status=status, sent_at=timezone.now() - timedelta(seconds=20) if status == "sent" else None
    )
    text = page.reload().text.replace("\u00a0", " ")
    assert words in text
    assert "•••• 78" in text
    if status == "sent":
        assert "20 seconds ago" in text
        assert "10 minutes" in text


def test_what_was_not_delivered_is_sent_again_at_once(surfer: Surfer, phone: MessageDevice) -> None:
    page = surfer.sign_in()
    OutboxMessage.objects.update(status="failed")
    page = page.reload()
    assert "data-wait" not in page.text
    page.send(again="1")
    assert len(messages()) == 2


def test_an_expired_code_says_so_and_the_button_sends_another(
    surfer: Surfer, phone: MessageDevice
) -> None:
    page = surfer.sign_in()
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1), tick=False):
        refused = page.send(otp_token=code())
        assert refused.status == 400
        assert "has expired" in refused.text
        refused.send(again="1").send(otp_token=code())
        assert surfer.is_signed_in()


def test_after_five_guesses_the_right_one_is_wrong_as_well(
    surfer: Surfer, phone: MessageDevice
) -> None:
    page = surfer.sign_in()
    for _ in range(5):
        page = page.send(otp_token=wrong(code()))
    assert "tried too often" in page.text
    assert page.send(otp_token=code()).status == 400
    assert not surfer.is_signed_in()
    assert OneTimeCode.objects.get().guesses == 5


@pytest.mark.parametrize(
    "junk", ["", "12345", "1234567", "abcdef", "１２３４５６", "\0" * 6, "1" * 41]
)
def test_junk_is_answered(surfer: Surfer, phone: MessageDevice, junk: str) -> None:
    assert surfer.sign_in().send(otp_token=junk).status == 400


def test_the_code_of_another_browser_is_worth_nothing_here(
    surfer: Surfer, phone: MessageDevice
) -> None:
    mine = surfer.sign_in()
    first = code()
    thief = Surfer()
    page = thief.sign_in()
    if code() != first:
        assert page.send(otp_token=first).status == 400
    assert not thief.is_signed_in()
    assert mine.send(otp_token=first).url == "/account/sessions"


def test_a_code_to_a_phone_that_was_replaced_meanwhile_is_void(
    surfer: Surfer, phone: MessageDevice, bob: User
) -> None:
    page = surfer.sign_in()
    phone.delete()
    with_phone(bob, "+4915199999999")
    assert page.send(otp_token=code()).status == 400
    assert not surfer.is_signed_in()


def test_a_number_that_no_sms_goes_to_is_told_with_the_other_ways(
    surfer: Surfer, bob: User
) -> None:
    with_phone(bob, "+19002345678")
    with_mailbox(bob)
    page = surfer.sign_in()
    assert page.shows("not-sent")
    assert page.shows("use-email")
    assert messages() == []


def test_a_spent_budget_is_told_with_the_other_ways(
    surfer: Surfer, phone: MessageDevice, bob: User
) -> None:
    with_mailbox(bob)
    for _ in range(4):
        Surfer().sign_in()
    page = surfer.sign_in()
    assert page.status == 429
    assert "too many were asked for" in page.text
    assert page.shows("use-email")
    assert len(messages(channel="sms")) == 4


def test_a_hundred_wrong_codes_end_the_phone_and_not_the_second_factor(
    surfer: Surfer, phone: MessageDevice, bob: User
) -> None:
    with_mailbox(bob)
    MessageDevice.objects.filter(pk=phone.pk).update(failures=99)
    page = surfer.sign_in()
    page = page.send(otp_token=wrong(code()))
    assert page.shows("worn-out")
    assert page.send(otp_token=code()).status == 400
    assert not surfer.is_signed_in()
    assert OutboxMessage.objects.filter(purpose="factor_disabled").count() == 1
    assert AuditEvent.objects.filter(name="second_factor_disabled").count() == 1
    other = Surfer().sign_in()
    assert other.url.startswith("/login/sms")
    assert other.shows("worn-out")
    assert other.shows("use-email")
    assert len(messages(channel="sms")) == 1


def test_the_right_code_forgets_the_wrong_ones(surfer: Surfer, phone: MessageDevice) -> None:
    page = surfer.sign_in()
    page.send(otp_token=wrong(code())).send(otp_token=code())
    phone.refresh_from_db()
    assert phone.failures == 0
    assert phone.last_used_at is not None


def test_mail_codes_follow_the_account_to_a_new_proven_address(
    surfer: Surfer, mailbox: MessageDevice, bob: User
) -> None:
    bob.refresh_from_db()
    bob.email = "robert@example.org"
    bob.save()
    surfer.sign_in().send(otp_token=code())
    assert messages()[-1].recipient == "robert@example.org"
    assert surfer.is_signed_in()


def test_what_left_in_this_very_second_left_just_now(surfer: Surfer, phone: MessageDevice) -> None:
    page = surfer.sign_in()
    with time_machine.travel(timezone.now(), tick=False):
        OutboxMessage.objects.update(status="sent", sent_at=timezone.now())
        assert " just now. It works for 10 minutes." in page.reload().text
