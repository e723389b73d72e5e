"""Group 16: second factors, where the factor is a code that was sent."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import MessageDevice, OneTimeCode, OutboxMessage, Session, User
from tests.accounts.codes import code, messages, with_mailbox, with_phone, wrong
from tests.accounts.surfer import NEW, Surfer, make_person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bob(db: None) -> User:
    person = make_person("bob")
    with_phone(person)
    return person


def test_a_half_finished_login_is_nobody(bob: User) -> None:
    """As case 235, for a code on its way."""
    surfer = Surfer()
    page = surfer.sign_in()
    assert page.url.startswith("/login/sms")
    for url in ("/account/sessions", "/account/sign-in", "/account/password", "/admin/"):
        assert surfer.open(url).url.startswith(("/login", "/admin/login")), url
    query = page.url.partition("?")[2]
    for url in ("/account/factors/sms", "/account/factors/email", "/account/factors/add"):
        told = surfer.open(f"{url}?{query}")
        assert told.url.startswith("/login/sms"), url
    told = surfer.post(f"/account/factors/sms?{query}", {"phone_number": "+4915199999999"})
    assert "+4915199999999" not in {one.recipient for one in messages()}
    assert not surfer.is_signed_in()


def test_a_code_is_used_once_and_for_one_login(bob: User) -> None:
    """As case 239: again in the same login, in another one, to confirm, to remove the factor."""
    surfer = Surfer()
    page = surfer.sign_in()
    used = code()
    page.send(otp_token=used)
    assert surfer.is_signed_in()
    page.send(otp_token=used)
    assert Session.objects.count() == 1
    other = Surfer()
    second = other.sign_in()
    if code() != used:
        assert second.send(otp_token=used).status == 400
    assert not other.is_signed_in()
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        step = surfer.open("/account/factors/add")
        assert step.url.startswith("/login/sms"), "no longer fresh: asked again"
        if code() != used:
            assert step.send(otp_token=used).status == 400
        device = MessageDevice.objects.get(user=bob)
        surfer.open("/account/sign-in").send(remove=f"sms/{device.pk}")
        assert MessageDevice.objects.filter(pk=device.pk).exists()


def test_nobody_confirms_anothers_phone(bob: User) -> None:
    """As case 247: what a form brings along decides neither the owner nor the recipient."""
    mallory = make_person("mallory")
    begun = MessageDevice(user=bob, channel="sms", destination="+4915100000000")
    begun.save()
    surfer = Surfer()
    surfer.sign_in("mallory")
    page = surfer.open("/account/factors/sms")
    assert "+4915100000000" not in page.text
    page.send(otp_token="123456", device=str(begun.pk), id=str(begun.pk), user=str(bob.pk))
    begun.refresh_from_db()
    assert not begun.confirmed
    page.send(phone_number="+4915188888888", user=str(bob.pk), confirmed="true")
    (mine,) = MessageDevice.objects.filter(user=mallory)
    assert (mine.destination, mine.confirmed) == ("+4915188888888", False)
    assert MessageDevice.objects.filter(user=bob).count() == 2


def test_a_reset_password_and_a_magic_code_leave_the_second_factor_case_251(
    bob: User, settings: Any
) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"magic_codes": True})
    surfer = Surfer()
    page = surfer.open("/account/sessions")
    page = surfer.open(page.link("magic-code")).send(email="bob@example.com")
    mail = OutboxMessage.objects.get(purpose="magic_code")
    page = page.send(otp_token=mail.context["code"])
    assert page.url.startswith("/login/sms")
    assert not surfer.is_signed_in()

    other = Surfer()
    page = other.open("/account/sessions")
    other.open(page.link("forgot-password")).send(email="bob@example.com")
    link = OutboxMessage.objects.get(purpose="password_reset").context["link"]
    path = "/" + link.split("/", 3)[3]
    other.open(path).send(new_password=NEW)
    assert not other.is_signed_in()
    page = other.open("/account/sessions")
    if page.url.startswith("/login?"):
        page = page.sign_in(password=NEW)
    assert page.url.startswith("/login/sms")
    assert not other.is_signed_in()


def test_a_mailbox_never_counts_as_two_factors(bob: User) -> None:
    MessageDevice.objects.all().delete()
    with_mailbox(bob)
    surfer = Surfer()
    surfer.sign_in().send(otp_token=code())
    assert "mfa" not in Session.objects.get(user=bob).amr
    assert "otp" not in Session.objects.get(user=bob).amr


def test_guesses_go_on_counting_through_new_codes_case_273(bob: User) -> None:
    """At most five a code; a new code, another browser and the right password reset nothing."""
    thief = Surfer()
    page = thief.sign_in()
    for _ in range(6):
        page = page.send(otp_token=wrong(code()))
    assert page.send(otp_token=code()).status in (400, 429)
    assert OneTimeCode.objects.get().guesses == 5
    now = timezone.now()
    for turn in range(1, 6):
        with time_machine.travel(now + timedelta(seconds=41 * turn), tick=False):
            page = page.send(again="1") if turn % 2 else thief.sign_in()
            for _ in range(6):
                page = page.send(otp_token=wrong(code()))
    evaluated = sum(OneTimeCode.objects.values_list("guesses", flat=True))
    # The clock of the budgets is the database's, and for that no time has passed.
    assert evaluated <= 6
    assert all(one.guesses <= 5 for one in OneTimeCode.objects.all())
    assert not thief.is_signed_in()


def test_a_code_ends_after_ten_minutes_to_the_second_case_273(bob: User) -> None:
    for seconds, lets_in in ((599, True), (601, False)):
        surfer = Surfer()
        page = surfer.sign_in()
        with time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=False):
            page.send(otp_token=code())
            assert surfer.is_signed_in() is lets_in, seconds


def test_strangers_spend_themselves_and_not_the_owner(bob: User) -> None:
    home = Surfer()
    home.sign_in().send(otp_token=code())
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        thief = Surfer()
        page = thief.sign_in()
        statuses = {page.send(otp_token=wrong(code())).status for _ in range(12)}
        assert 429 in statuses
        step = home.open("/account/factors/add").send(again="1")
        assert step.send(otp_token=code()).url == "/account/factors/add"
