"""Every second factor is lost: wait, be told everywhere, be stopped, or come in once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from accounts.actions import self_recovery
from accounts.actions.sign_in import password_state
from accounts.errors import LinkNotValid
from accounts.models import (
    AuditEvent,
    MessageDevice,
    OutboxMessage,
    PendingLogin,
    RecoveryCode,
    SelfRecovery,
    Session,
    TOTPDevice,
    TrustedBrowser,
    User,
)
from tests.accounts.surfer import NEW, Surfer, Tab, make_person
from tests.support.authenticator import code, enrolled

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> User:
    """Somebody with an authenticator app, which they will have lost."""
    person = make_person(phone_number="+4915112345678", phone_number_verified=True)
    enrolled(person)
    RecoveryCode.objects.create(user=person, digest="0" * 64)
    return person


def _lost(surfer: Surfer) -> Tab:
    asked = surfer.sign_in()
    return surfer.open(asked.link("lost-factor"))


def _begun(surfer: Surfer) -> Tab:
    return _lost(surfer).send(start="1")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(60, "1 minute."), (5_400, "90 minutes."), (3_600, "1 hour."), (91_800, "26 hours.")],
)
def test_the_delay_is_told_in_words_that_are_true(
    bob: User, settings: Any, seconds: int, words: str
) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"recovery_delay": seconds})
    assert f"after {words} Meanwhile" in _lost(Surfer()).text


def _wait_over() -> None:
    now = timezone.now()
    SelfRecovery.objects.update(
        told_at=now - timedelta(hours=72), ready_at=now - timedelta(seconds=1)
    )


def _notices(purpose: str = "recovery_started") -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(purpose=purpose))


def _mail() -> OutboxMessage:
    return OutboxMessage.objects.get(purpose="recovery_started", channel="email")


def _cancel_path() -> str:
    parts = urlsplit(_mail().context["cancel_link"])
    return f"{parts.path}?{parts.query}"


def test_it_is_told_on_every_channel_and_lets_nobody_in_case_246(bob: User) -> None:
    MessageDevice.objects.create(
        user=bob, name="x", confirmed=True, channel="email", destination="other@example.com"
    )
    MessageDevice.objects.create(
        user=bob, name="x", confirmed=True, channel="sms", destination="+4915187654321"
    )
    surfer = Surfer()
    page = _begun(surfer)
    assert page.shows("recovery-waiting")
    assert {(one.channel, one.recipient) for one in _notices()} == {
        ("email", "bob@example.com"),
        ("email", "other@example.com"),
        ("sms", "+4915112345678"),
        ("sms", "+4915187654321"),
    }
    assert not surfer.is_signed_in()
    assert TOTPDevice.objects.filter(user=bob).exists()


def test_a_second_press_shows_how_it_stands_and_writes_nothing(bob: User) -> None:
    surfer = Surfer()
    page = _begun(surfer)
    before = SelfRecovery.objects.get()
    assert page.send(start="1").shows("recovery-waiting")
    assert _begun(Surfer()).shows("recovery-elsewhere")
    assert SelfRecovery.objects.get() == before
    assert len(_notices()) == 2


def test_nobody_comes_in_before_the_time(bob: User) -> None:
    surfer = Surfer()
    page = _begun(surfer).send(finish="1")
    assert page.shows("recovery-waiting")
    assert TOTPDevice.objects.filter(user=bob).exists()
    assert not surfer.is_signed_in()


def test_without_having_begun_there_is_nothing_to_finish(bob: User) -> None:
    surfer = Surfer()
    assert _lost(surfer).send(finish="1").shows("start-recovery")
    assert not surfer.is_signed_in()


def test_after_the_time_the_password_is_enough_once_and_all_else_ends(bob: User) -> None:
    elsewhere = Surfer()
    elsewhere.sign_in().send(otp_token=code(), trust_browser="on")
    assert TrustedBrowser.objects.filter(user=bob).exists()
    surfer = Surfer()
    _begun(surfer)
    _wait_over()
    page = _lost(surfer)
    assert page.shows("recovery-ready")
    assert page.send(finish="1").status == 200
    assert surfer.is_signed_in()
    assert not elsewhere.is_signed_in()
    for model in (TOTPDevice, RecoveryCode, TrustedBrowser):
        assert not model._default_manager.filter(user=bob).exists()
    assert len(_notices("recovery_completed")) == 1
    assert AuditEvent.objects.get(name="recovery_completed").data == {"factors": ["totp"]}
    assert Session.objects.living().get(user=bob).amr == ["pwd"]


def test_who_must_have_a_second_factor_sets_one_up_before_coming_in(
    bob: User, settings: Any
) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"second_factor": "everybody"})
    surfer = Surfer()
    _begun(surfer)
    _wait_over()
    page = _lost(surfer).send(finish="1")
    assert page.shows("set-up-totp")
    assert not surfer.is_signed_in()


def test_the_link_only_shows_and_the_press_stops_it_case_256(bob: User) -> None:
    page = _begun(Surfer())
    anybody = Surfer()
    shown = anybody.open(_cancel_path())
    assert "token" not in shown.url
    assert shown.shows("cancel-recovery")
    assert SelfRecovery.objects.get().cancelled_at is None
    assert shown.send().shows("recovery-cancelled")
    assert page.reload().shows("recovery-stopped")
    assert len(_notices("recovery_cancelled")) == 1
    assert anybody.open(_cancel_path()).shows("link-gone")
    _wait_over()
    assert page.reload().send(finish="1").shows("recovery-stopped")
    assert TOTPDevice.objects.filter(user=bob).exists()


@pytest.mark.parametrize("token", ["", "x", "\0", "é" * 500, "../.."])
def test_a_link_that_was_never_ours_is_told_so(token: str) -> None:
    assert Surfer().client.get("/recovery/stop", {"token": token}).status_code == 400
    assert Surfer().client.post("/recovery/stop").status_code in {400, 403}


def test_what_was_stopped_is_not_begun_again_with_the_same_password(bob: User) -> None:
    page = _begun(Surfer())
    Surfer().open(_cancel_path()).send()
    assert page.send(start="1").shows("recovery-stopped")
    assert len(_notices()) == 2
    bob.set_password(NEW)
    bob.save()
    surfer = Surfer()
    asked = surfer.open("/account/sessions").sign_in(password=NEW)
    assert surfer.open(asked.link("lost-factor")).send(start="1").shows("recovery-waiting")
    assert len(_notices()) == 4


def test_a_new_password_voids_what_was_begun_under_the_old_one_case_263(bob: User) -> None:
    _begun(Surfer())
    _wait_over()
    bob.set_password(NEW)
    bob.save()
    surfer = Surfer()
    asked = surfer.open("/account/sessions").sign_in(password=NEW)
    assert surfer.open(asked.link("lost-factor")).shows("start-recovery")


def test_the_owner_who_shows_the_factor_ends_it(bob: User) -> None:
    _begun(Surfer())
    Surfer().sign_in().send(otp_token=code())
    assert not SelfRecovery.objects.exists()
    assert len(_notices("recovery_cancelled")) == 1


def test_that_was_not_me_ends_it_too(bob: User) -> None:
    _begun(Surfer())
    parts = urlsplit(_mail().context["not_me_link"])
    Surfer().open(f"{parts.path}?{parts.query}").send()
    assert SelfRecovery.objects.get().cancelled_at is not None


def test_who_has_not_given_the_password_begins_nothing(bob: User) -> None:
    surfer = Surfer()
    surfer.open("/account/sessions")
    pending = PendingLogin.objects.get()
    assert surfer.open(f"/login/lost?login={pending.pk}").shows("submit-login")
    pending.user, pending.password_state, pending.amr = bob, password_state(bob), ["email"]
    pending.save()
    page = surfer.open(f"/login/lost?login={pending.pk}")
    assert page.shows("submit-verify")
    assert not page.shows("lost-factor")
    surfer.post(f"/login/lost?login={pending.pk}", {"start": "1"})
    assert not SelfRecovery.objects.exists()


def test_zero_days_means_that_it_is_not_offered(bob: User, settings: Any) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"recovery_delay": 0})
    surfer = Surfer()
    asked = surfer.sign_in()
    assert not asked.shows("lost-factor")
    assert surfer.open(asked.url.replace("/authenticator", "/lost")).shows("submit-verify")


def test_who_cannot_be_told_cannot_wait() -> None:
    person = make_person("ann", email="")
    enrolled(person)
    assert not Surfer().sign_in("ann").shows("lost-factor")


def test_confirming_is_no_sign_in_and_offers_it_not(bob: User) -> None:
    surfer = Surfer()
    surfer.sign_in().send(otp_token=code())
    Session.objects.update(confirmed_at=timezone.now() - timedelta(days=1))
    asked = surfer.open("/account/factors/add")
    assert asked.shows("submit-verify")
    assert not asked.shows("lost-factor")


def test_it_is_begun_three_times_at_most_case_272(bob: User) -> None:
    page = _lost(Surfer())
    for _ in range(3):
        assert page.send(start="1").shows("recovery-waiting")
        SelfRecovery.objects.all().delete()
    assert page.send(start="1", follow=False).status == 429
    assert len(_notices()) == 6


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_exactly_one_finishes() -> None:
    person = make_person()
    enrolled(person)
    request: Any = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1")
    surfer = Surfer()
    _begun(surfer)
    _wait_over()
    pending = PendingLogin.objects.get(user=person)
    gate = Barrier(8)

    def finish(_: int) -> bool:
        try:
            gate.wait()
            self_recovery.complete(request, pending, User.objects.get(pk=person.pk))
        except LinkNotValid:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(finish, range(8))) == 1
    assert AuditEvent.objects.filter(name="recovery_completed").count() == 1
    assert PendingLogin.objects.filter(pk=pending.pk).exists()
