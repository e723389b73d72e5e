"""Messages leave through one table, written in the transaction of whatever wants them."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from celery import current_app
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import OutboxMessage, User

_log = structlog.get_logger("accounts.outbox")

# A worker that has not finished after this many seconds is taken for dead.
STALE_AFTER = 180
_RETRIES = 8


def queue(
    *,
    channel: str,
    purpose: str,
    recipient: str,
    not_after: datetime,
    context: dict[str, Any] | None = None,
    user: User | None = None,
    language: str | None = None,
    key: str | None = None,
) -> OutboxMessage:
    """Write a message; the worker is told once the transaction is committed.

    `key`: of two messages with one key only the first is written. The broker gets the id alone.
    """
    values = {
        "channel": channel,
        "purpose": purpose,
        "recipient": recipient,
        "context": context or {},
        "user": user,
        "language": language or (user.locale if user else "") or get_language() or "en",
        "not_after": not_after,
    }
    if key is None:
        message = OutboxMessage.objects.create(**values)
    else:
        message, _ = OutboxMessage.objects.get_or_create(key=key, defaults=values)
    transaction.on_commit(lambda: _nudge(str(message.pk)), robust=True)
    return message


def _nudge(message_id: str) -> None:
    try:
        current_app.send_task("accounts.tasks.deliver", args=[message_id], retry=False)
    except Exception as error:  # kombu raises its transport's own kinds
        # The sweeper finds it: a dead broker delays mail, it fails nothing.
        _log.warning("nudge_failed", message_id=message_id, reason=type(error).__name__)


def claim(message_id: str) -> OutboxMessage | None:
    """Take a message for sending; None when somebody else has it or it is done."""
    now = timezone.now()
    due = Q(status="queued", next_attempt_at__lte=now) | Q(
        status="sending", claimed_at__lt=now - timedelta(seconds=STALE_AFTER)
    )
    message = OutboxMessage.objects.filter(due, pk=message_id).first()
    if message is None:
        return None
    interrupted = message.status == "sending"
    if message.not_after <= now:
        _finish(message, "expired", "not sent: too late")
        return None
    if interrupted and message.channel == "sms":
        # It may have been sent; a second one would cost and confuse.
        _finish(message, "unknown", "interrupted while being sent")
        return None
    won = OutboxMessage.objects.filter(
        due, pk=message.pk, status=message.status, claimed_at=message.claimed_at
    ).update(status="sending", claimed_at=now, attempts=message.attempts + 1)
    if not won:
        return None
    message.status, message.claimed_at, message.attempts = "sending", now, message.attempts + 1
    return message


def _finish(message: OutboxMessage, status: str, answer: str) -> bool:
    return bool(
        OutboxMessage.objects.filter(
            pk=message.pk, status=message.status, claimed_at=message.claimed_at
        ).update(
            status=status,
            answer=answer[:300],
            sent_at=timezone.now() if status == "sent" else None,
        )
    )


def sent(message: OutboxMessage, answer: str) -> None:
    """The provider took it."""
    _finish(message, "sent", answer)
    _log.info("message_sent", message_id=str(message.pk), channel=message.channel)


def failed(message: OutboxMessage, answer: str) -> None:
    """The provider did not take it: again later, at growing intervals, then given up."""
    if message.attempts >= _RETRIES:
        _finish(message, "failed", answer)
    else:
        wait = timedelta(seconds=min(15 * 2 ** (message.attempts - 1), 1_800))
        OutboxMessage.objects.filter(
            pk=message.pk, status="sending", claimed_at=message.claimed_at
        ).update(status="queued", answer=answer[:300], next_attempt_at=timezone.now() + wait)
    _log.warning(
        "message_failed",
        message_id=str(message.pk),
        channel=message.channel,
        attempts=message.attempts,
    )


def due(limit: int = 500) -> list[str]:
    """Ids of messages that should be on their way, the oldest first."""
    now = timezone.now()
    found = OutboxMessage.objects.filter(
        Q(status="queued", next_attempt_at__lte=now)
        | Q(status="sending", claimed_at__lt=now - timedelta(seconds=STALE_AFTER))
    ).order_by("next_attempt_at")
    return [str(pk) for pk in found.values_list("pk", flat=True)[:limit]]
