"""The worker's part: every message is looked at, every failure is the message's own."""

import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session as CookieRow
from django.core import mail as sent_mail
from django.utils import timezone

from accounts import pruning, tasks
from accounts.errors import MessageFailed, MessageRefused, MessageUncertain
from accounts.models import Browser, Budget, OutboxMessage, PendingLogin, Session
from accounts.tasks import deliver, prune, sweep_outbox
from tests.factories import make_session, make_user


def _message(**over: Any) -> OutboxMessage:
    return OutboxMessage.objects.create(
        **{
            "channel": "email",
            "purpose": "password_changed",
            "recipient": "alice@people.test",
            "user": make_user(),
            "context": {},
            "not_after": timezone.now() + timedelta(hours=1),
            **over,
        }
    )


def _state(message: OutboxMessage) -> tuple[str, str]:
    row = OutboxMessage.objects.get(pk=message.pk)
    return row.status, row.answer


@pytest.mark.django_db
def test_a_delivered_message_is_noted_and_delivered_once_however_often_it_is_nudged() -> None:
    message = _message()
    for _ in range(3):
        deliver(str(message.pk))
    assert _state(message) == ("sent", "accepted by the mail server")
    assert len(sent_mail.outbox) == 1
    assert OutboxMessage.objects.get(pk=message.pk).sent_at is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "state"),
    [
        (MessageRefused("mail server: 550"), ("failed", "mail server: 550")),
        (MessageUncertain("webhook: too_slow"), ("queued", "webhook: too_slow")),
        (MessageFailed("mail server: 451"), ("queued", "mail server: 451")),
        (ConnectionRefusedError("to mail.internal for alice@people.test"),
         ("queued", "ConnectionRefusedError")),
        (TimeoutError(), ("queued", "TimeoutError")),
    ],
)  # fmt: skip
def test_a_failure_is_kept_with_its_message_without_its_text(
    error: Exception, state: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(message: OutboxMessage) -> str:
        raise error

    monkeypatch.setitem(tasks._CHANNELS, "email", fail)
    message = _message()
    deliver(str(message.pk))
    assert _state(message) == state


@pytest.mark.django_db
def test_a_message_nobody_can_compose_does_not_stop_the_others() -> None:
    broken, good = _message(purpose="no_such_template"), _message()
    assert sweep_outbox() == 2
    assert _state(broken) == ("queued", "TemplateDoesNotExist")
    assert _state(good)[0] == "sent"


@pytest.mark.django_db
def test_a_round_of_the_sweeper_ends_where_a_provider_is_slow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(3):
        _message()
    monkeypatch.setattr(tasks, "_SWEEP_LONGEST", -1.0)
    assert sweep_outbox() == 0
    monkeypatch.setattr(tasks, "_SWEEP_LONGEST", 60.0)
    assert sweep_outbox() == 3


@pytest.mark.django_db
def test_an_unknown_id_is_nobodys_concern() -> None:
    deliver(str(uuid.uuid4()))
    assert sent_mail.outbox == []


def test_the_workers_own_timer_outlives_a_database_that_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rounds = []
    over = threading.Event()

    def sweep() -> None:
        rounds.append(1)
        if len(rounds) == 3:
            over.set()
        raise ConnectionError

    monkeypatch.setattr(tasks, "sweep_outbox", sweep)
    monkeypatch.setattr(tasks, "_stop", over)
    monkeypatch.setattr(tasks, "_SWEEP_EVERY", 0.01)
    # As in a worker, in a thread of its own: it ends connections, and only its own.
    timer = threading.Thread(target=tasks._sweep_on_and_on, daemon=True)
    timer.start()
    timer.join(30)
    assert not timer.is_alive()
    assert len(rounds) == 3


@pytest.mark.django_db
def test_what_nothing_needs_any_more_is_forgotten_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pruning, "_BATCH", 2)  # several batches
    now = timezone.now()
    day = timedelta(days=1)
    stranger_gone = now - 3 * day
    assert django_settings.SIGNET.request_lifetime <= 86_400

    keep, lose = [], []
    for age, rows in ((stranger_gone, lose), (now - day, keep)):
        rows.append(Browser.objects.create(last_seen_at=age))
    for number in range(5):
        lose.append(Browser.objects.create(last_seen_at=stranger_gone - number * day))
    living = make_session(make_user(), browser=Browser.objects.create(last_seen_at=stranger_gone))
    keep += [living, living.browser]
    ended = make_session(make_user(), ended_at=now - 31 * day)
    fresh_end = make_session(make_user(), ended_at=now - 29 * day)
    lose.append(ended)
    keep += [fresh_end, fresh_end.browser]
    lose.append(make_session(make_user(), expires_at=now - 31 * day))
    for moment, rows in ((now - 2 * day, lose), (now + day, keep)):
        rows.append(
            PendingLogin.objects.create(browser=living.browser, next_url="/", expires_at=moment)
        )
        rows.append(Budget.objects.create(key=str(moment), arrival_at=moment))
        rows.append(
            CookieRow.objects.create(session_key=str(moment), session_data="", expire_date=moment)
        )
    lose.append(_message(created_at=now - 31 * day, status="sent"))
    keep.append(_message(created_at=now - 31 * day, status="queued"))
    keep.append(_message(created_at=now - 29 * day, status="sent"))

    prune()
    for row in keep:
        assert type(row).objects.filter(pk=row.pk).exists(), row
    for row in lose:
        assert not type(row).objects.filter(pk=row.pk).exists(), row
    assert Session.objects.count() == 2
    assert prune() == 0
