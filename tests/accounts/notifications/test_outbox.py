"""A message is written with what it tells of, sent once as far as anybody can, and never late."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from celery import current_app
from django.db import connection, transaction
from django.utils import timezone, translation
from kombu.exceptions import OperationalError

from accounts.models import OutboxMessage
from accounts.notifications import nudge as nudge_module
from accounts.notifications import outbox
from tests.factories import make_user

_LINK = "https://op.test/password/reset?token=marker"


def _queue(**over: Any) -> OutboxMessage:
    values = {
        "channel": "email",
        "purpose": "password_reset",
        "recipient": "alice@people.test",
        "context": {"link": _LINK, "minutes": 60},
        "not_after": timezone.now() + timedelta(hours=1),
        **over,
    }
    return outbox.queue(**values)


def _fresh(message: OutboxMessage) -> OutboxMessage:
    return OutboxMessage.objects.get(pk=message.pk)


def _age(message: OutboxMessage, **times: int) -> None:
    """Move columns into the past, by seconds."""
    row = OutboxMessage.objects.filter(pk=message.pk)
    row.update(**{name: timezone.now() - timedelta(seconds=by) for name, by in times.items()})


@pytest.fixture(autouse=True)
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str]]]:
    """What the broker is given."""
    sent: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(nudge_module, "_nudge_from", 0.0)
    monkeypatch.setattr(
        current_app, "send_task", lambda name, args, retry: sent.append((name, args))
    )
    return sent


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_no_message_and_no_nudge(
    nudges: list[tuple[str, list[str]]],
) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _queue()
        raise ZeroDivisionError
    assert not OutboxMessage.objects.exists()
    assert nudges == []


@pytest.mark.django_db(transaction=True)
def test_the_worker_is_told_after_the_commit_and_told_the_id_alone_case_275(
    nudges: list[tuple[str, list[str]]],
) -> None:
    with transaction.atomic():
        message = _queue()
        assert nudges == []
    assert nudges == [("accounts.tasks.deliver", [str(message.pk)])]


@pytest.mark.django_db
def test_of_two_messages_with_one_key_the_first_is_written() -> None:
    first = _queue(key="k")
    second = _queue(key="k", recipient="eve@evil.test")
    assert first.pk == second.pk
    assert _fresh(first).recipient == "alice@people.test"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("locale", "language"),
    [("de", "de"), ("de-AT", "de"), ("en", "en"), ("xx", "en"), ("../../etc", "en"), ("", "de")],
)
def test_the_language_is_the_persons_if_we_speak_it_else_the_pages(
    locale: str, language: str
) -> None:
    with translation.override("de"):
        assert _queue(user=make_user(locale=locale)).language == language


@pytest.mark.django_db
def test_one_claims_and_nobody_else() -> None:
    message = _queue()
    claimed = outbox.claim(str(message.pk))
    assert claimed is not None
    assert (claimed.status, claimed.attempts) == ("sending", 1)
    assert outbox.claim(str(message.pk)) is None


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["sent", "failed", "expired", "withdrawn", "unknown"])
def test_what_is_over_is_claimed_by_nobody(status: str) -> None:
    message = _queue()
    OutboxMessage.objects.filter(pk=message.pk).update(status=status)
    assert outbox.claim(str(message.pk)) is None
    assert outbox.due() == []


@pytest.mark.django_db
def test_an_unknown_id_is_claimed_by_nobody() -> None:
    assert outbox.claim(str(uuid.uuid4())) is None


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_workers_at_once_one_gets_the_message() -> None:
    message, barrier = _queue(), Barrier(16)

    def work(_: int) -> bool:
        try:
            barrier.wait(30)
            return outbox.claim(str(message.pk)) is not None
        finally:
            connection.close()

    for _ in range(5):
        with ThreadPoolExecutor(16) as pool:
            assert sum(pool.map(work, range(16))) == 1
        OutboxMessage.objects.filter(pk=message.pk).update(status="queued")


@pytest.mark.django_db
@pytest.mark.parametrize("channel", ["email", "sms"])
def test_what_comes_too_late_is_not_sent_case_375(channel: str) -> None:
    message = _queue(channel=channel, not_after=timezone.now() - timedelta(seconds=1))
    assert outbox.claim(str(message.pk)) is None
    assert _fresh(message).status == "expired"


@pytest.mark.django_db
def test_a_claim_is_respected_as_long_as_its_worker_may_live() -> None:
    message = _queue()
    outbox.claim(str(message.pk))
    _age(message, claimed_at=outbox.STALE_AFTER - 10)
    assert outbox.due() == []
    assert outbox.claim(str(message.pk)) is None


@pytest.mark.django_db
def test_a_mail_whose_worker_died_is_claimed_again_case_376() -> None:
    message = _queue()
    outbox.claim(str(message.pk))
    _age(message, claimed_at=outbox.STALE_AFTER + 1)
    assert outbox.due() == [str(message.pk)]
    again = outbox.claim(str(message.pk))
    assert again is not None
    assert again.attempts == 2
    assert again.context["link"] == _LINK


@pytest.mark.django_db
@pytest.mark.parametrize(("channel", "late"), [("sms", False), ("sms", True), ("email", True)])
def test_what_may_have_been_sent_and_will_not_be_again_is_unknown_case_376(
    channel: str, late: bool
) -> None:
    message = _queue(channel=channel)
    outbox.claim(str(message.pk))
    _age(message, claimed_at=outbox.STALE_AFTER + 1, **({"not_after": 1} if late else {}))
    assert outbox.claim(str(message.pk)) is None
    assert _fresh(message).status == "unknown"


@pytest.mark.django_db
def test_the_word_of_a_worker_that_was_given_up_changes_nothing() -> None:
    message = _queue()
    slow = outbox.claim(str(message.pk))
    _age(message, claimed_at=outbox.STALE_AFTER + 1)
    quick = outbox.claim(str(message.pk))
    assert slow is not None
    assert quick is not None
    outbox.refused(slow, "mail server: 550")
    assert _fresh(message).status == "sending"
    outbox.sent(quick, "accepted")
    assert _fresh(message).status == "sent"


@pytest.mark.django_db
def test_a_postponed_message_comes_again_later_and_later_until_it_is_too_late_case_378() -> None:
    message = _queue()
    waits = []
    for _ in range(12):
        claimed = outbox.claim(str(message.pk))
        assert claimed is not None
        outbox.postponed(claimed, "mail server: 421")
        row = _fresh(message)
        assert (row.status, row.answer) == ("queued", "mail server: 421")
        waits.append(round((row.next_attempt_at - timezone.now()).total_seconds()))
        assert outbox.due() == []
        _age(message, next_attempt_at=1)
    assert waits == [15, 30, 60, 120, 240, 480, 960, *[1_800] * 5]
    _age(message, not_after=1)
    assert outbox.claim(str(message.pk)) is None
    assert (_fresh(message).status, _fresh(message).answer) == ("failed", "mail server: 421")


@pytest.mark.django_db
@pytest.mark.parametrize(("channel", "status"), [("sms", "unknown"), ("email", "queued")])
def test_an_uncertain_mail_is_tried_again_an_uncertain_sms_is_not(
    channel: str, status: str
) -> None:
    claimed = outbox.claim(str(_queue(channel=channel).pk))
    assert claimed is not None
    outbox.uncertain(claimed, "webhook: too_slow")
    assert _fresh(claimed).status == status


@pytest.fixture
def in_production(settings: Any) -> Iterator[None]:
    settings.SIGNET = settings.SIGNET.model_copy(update={"outbox_visible": False})
    yield


@pytest.mark.django_db
@pytest.mark.parametrize("end", [outbox.sent, outbox.refused])
def test_links_and_codes_are_forgotten_once_nobody_needs_them(
    end: Any, in_production: None
) -> None:
    claimed = outbox.claim(str(_queue().pk))
    assert claimed is not None
    outbox.postponed(claimed, "later")
    assert _fresh(claimed).context["link"] == _LINK
    _age(claimed, next_attempt_at=1)
    claimed = outbox.claim(str(claimed.pk))
    assert claimed is not None
    end(claimed, "answer")
    row = _fresh(claimed)
    assert row.context == {}
    assert row.recipient == "alice@people.test"


@pytest.mark.django_db
def test_the_oldest_is_due_first_and_the_future_is_not() -> None:
    ids = []
    for age in (30, 10, 20):
        message = _queue()
        _age(message, next_attempt_at=age)
        ids.append(str(message.pk))
    _age(_queue(), next_attempt_at=-60)
    assert outbox.due() == [ids[0], ids[2], ids[1]]
    assert outbox.due(limit=1) == [ids[0]]


@pytest.mark.django_db(transaction=True)
def test_a_dead_broker_is_asked_once_and_then_left_in_peace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A thousand mails of one request must not wait a thousand times for a time-out."""
    tries = []

    def dead(*args: Any, **kwargs: Any) -> None:
        tries.append(args)
        raise OperationalError("no broker at redis://:secret@queue")

    monkeypatch.setattr(current_app, "send_task", dead)
    for _ in range(50):
        _queue()
    assert len(tries) == 1
    assert OutboxMessage.objects.filter(status="queued").count() == 50
    monkeypatch.setattr(nudge_module, "_nudge_from", 0.0)
    _queue()
    assert len(tries) == 2
