"""A recovery of which nobody could be told lets nobody in; the waiting counts from the telling."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.utils import timezone

from accounts import tasks
from accounts.errors import MessageFailed, MessageRefused, MessageUncertain
from accounts.models import OutboxMessage, SelfRecovery, TOTPDevice, User
from accounts.tasks import deliver, prune
from tests.accounts.surfer import Surfer, Tab, make_person
from tests.support.authenticator import enrolled

pytestmark = pytest.mark.django_db
HOURS = 72  # of waiting, by default


@pytest.fixture
def bob(db: None) -> User:
    """Somebody with a mailbox and a phone, who lost the authenticator app."""
    person = make_person(phone_number="+4915112345678", phone_number_verified=True)
    enrolled(person)
    return person


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> dict[str, Exception]:
    """Channel → what its provider answers; where nothing is said, it takes the message."""
    errors: dict[str, Exception] = {}

    def send(message: OutboxMessage) -> str:
        if message.channel in errors:
            raise errors[message.channel]
        return "accepted"

    monkeypatch.setattr(tasks, "_CHANNELS", {"email": send, "sms": send})
    return errors


_here: list[Surfer] = []


@pytest.fixture(autouse=True)
def _one_browser() -> None:
    """A recovery is finished where it was begun."""
    _here[:] = [Surfer()]


def _lost() -> Tab:
    (surfer,) = _here
    asked = surfer.sign_in()
    return surfer.open(asked.link("lost-factor"))


def _begun() -> Tab:
    return _lost().send(start="1")


def _deliver(**which: Any) -> None:
    for message in OutboxMessage.objects.filter(purpose="recovery_started", **which):
        deliver(str(message.pk))


def _statuses() -> set[str]:
    found = OutboxMessage.objects.filter(purpose="recovery_started")
    return set(found.values_list("status", flat=True))


def _later(**time: float) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**time), tick=True)


def _is_refused(page: Tab, state: str) -> None:
    assert page.shows(state)
    assert page.send(finish="1").shows(state)
    assert TOTPDevice.objects.exists() and not page.surfer.is_signed_in()


def test_no_notice_was_delivered_and_nobody_comes_in(
    bob: User, failing: dict[str, Exception]
) -> None:
    failing |= {"email": MessageRefused("550"), "sms": MessageRefused("no such number")}
    _begun()
    _deliver()
    assert _statuses() == {"failed"}
    assert _lost().shows("recovery-untold")
    with _later(hours=HOURS + 8):
        page = _lost()
        assert "Ask an administrator" in page.text
        _is_refused(page, "recovery-untold")


def test_what_nobody_could_be_told_of_is_begun_once_more_where_it_was_begun(
    bob: User, failing: dict[str, Exception]
) -> None:
    failing |= {"email": MessageRefused("550"), "sms": MessageRefused("no such number")}
    _begun()
    _deliver()
    page = _lost()
    assert page.shows("recovery-untold")
    failing.clear()
    assert page.send(start="1").shows("recovery-waiting")
    _deliver(status="queued")
    with _later(hours=HOURS + 1):
        page = _lost()
        page.send(finish="1")
        assert page.surfer.is_signed_in()


def test_trying_once_more_draws_on_the_same_budget(
    bob: User, failing: dict[str, Exception]
) -> None:
    failing |= {"email": MessageRefused("550"), "sms": MessageRefused("no such number")}
    statuses = []
    for _ in range(4):
        statuses.append(_lost().send(start="1").status)
        _deliver(status="queued")
    assert statuses == [200, 200, 200, 429]


def test_a_message_nobody_knows_of_is_none(bob: User, failing: dict[str, Exception]) -> None:
    failing |= {"email": MessageRefused("550"), "sms": MessageUncertain("too_slow")}
    _begun()
    _deliver()
    assert _statuses() == {"failed", "unknown"}
    with _later(hours=HOURS + 8):
        _is_refused(_lost(), "recovery-untold")


def test_with_a_slow_worker_one_waits(bob: User, failing: dict[str, Exception]) -> None:
    page = _begun()
    assert page.shows("recovery-waiting") and page.shows("recovery-not-told")
    failing["email"] = MessageFailed("421 later")
    _deliver(channel="email")
    assert _statuses() == {"queued"}
    with _later(hours=HOURS - 1):
        _is_refused(_lost(), "recovery-waiting")
        del failing["email"]
        _deliver(channel="email")
    with _later(hours=HOURS + 2):
        page = _lost()
        assert not page.shows("recovery-not-told")
        _is_refused(page, "recovery-waiting")
    with _later(hours=2 * HOURS):
        page = _lost()
        assert page.shows("recovery-ready")
        page.send(finish="1")
        assert page.surfer.is_signed_in() and not TOTPDevice.objects.exists()


def test_a_worker_that_never_came_is_nobody_told(bob: User) -> None:
    _begun()
    with _later(hours=HOURS + 1):
        _is_refused(_lost(), "recovery-untold")
        _deliver()
        assert _statuses() == {"expired"}
        _is_refused(_lost(), "recovery-untold")


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_one_channel_is_enough(bob: User, failing: dict[str, Exception], channel: str) -> None:
    failing[channel] = MessageRefused("gone")
    _begun()
    _deliver()
    with _later(hours=HOURS - 1):
        _is_refused(_lost(), "recovery-waiting")
    with _later(hours=HOURS + 1):
        page = _lost()
        page.send(finish="1")
        assert page.surfer.is_signed_in()


def test_the_second_message_begins_nothing_anew(bob: User, failing: dict[str, Exception]) -> None:
    _begun()
    _deliver(channel="email")
    before = SelfRecovery.objects.get()
    with _later(hours=5):
        _deliver(channel="sms")
    after = SelfRecovery.objects.get()
    assert before.told_at is not None and after.told_at == before.told_at
    assert (after.ready_at, after.expires_at) == (before.ready_at, before.expires_at)


def test_messages_that_were_forgotten_change_nothing(
    bob: User, failing: dict[str, Exception], settings: Any
) -> None:
    days = 40
    settings.SIGNET = settings.SIGNET.model_copy(update={"recovery_delay": days * 86_400})
    _begun()
    _deliver()
    with _later(days=days, hours=1):
        prune()
        assert not _statuses()
        page = _lost()
        page.send(finish="1")
        assert page.surfer.is_signed_in()


def test_messages_that_failed_and_were_forgotten_let_nobody_in(
    bob: User, failing: dict[str, Exception], settings: Any
) -> None:
    days = 40
    settings.SIGNET = settings.SIGNET.model_copy(update={"recovery_delay": days * 86_400})
    failing |= {"email": MessageRefused("550"), "sms": MessageRefused("no such number")}
    _begun()
    _deliver()
    with _later(days=days, hours=1):
        prune()
        assert not _statuses()
        _is_refused(_lost(), "recovery-untold")


def test_a_late_message_of_an_earlier_recovery_tells_of_no_later_one(
    bob: User, failing: dict[str, Exception]
) -> None:
    _begun()
    SelfRecovery.objects.all().delete()
    earlier = list(OutboxMessage.objects.filter(purpose="recovery_started"))
    _begun()
    for message in earlier:
        deliver(str(message.pk))
    assert SelfRecovery.objects.get().told_at is None


def test_those_under_way_before_the_column_keep_what_was_sent(
    bob: User, failing: dict[str, Exception]
) -> None:
    _begun()
    _deliver(channel="email")
    row = SelfRecovery.objects.get()
    told_at = row.told_at
    SelfRecovery.objects.update(told_at=None)
    import_module("accounts.migrations.0008_recovery_told")._told_before(apps, None)
    row.refresh_from_db()
    assert row.told_at is not None and told_at is not None
    assert abs(row.told_at - told_at) < timedelta(seconds=5)
