"""Messages leave through one table, written in the transaction of whatever wants them."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language, get_supported_language_variant

from accounts.models import OutboxMessage, User
from accounts.notifications.nudge import nudge

_log = structlog.get_logger("accounts.outbox")

# A worker that has not finished after this many seconds is taken for dead.
STALE_AFTER = 180
UNSENT = ("queued", "sending")
_FIRST_WAIT, _LONGEST_WAIT = 15, 1_800  # seconds between attempts, doubled each time


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

    `purpose` names the templates. After `not_after` nobody sends it any more. `key`: of two
    messages with one key only the first is written. The broker gets the id alone.
    """
    values = {
        "channel": channel,
        "purpose": purpose,
        "recipient": recipient,
        "context": context or {},
        "user": user,
        "language": _supported(language) if language else language_of(user),
        "not_after": not_after,
    }
    if key is None:
        message = OutboxMessage.objects.create(**values)
    else:
        message, _ = OutboxMessage.objects.get_or_create(key=key, defaults=values)
    transaction.on_commit(lambda: nudge("accounts.tasks.deliver", str(message.pk)), robust=True)
    return message


def language_of(user: User | None) -> str:
    """The language this person is written to in: their own, else that of the page at hand."""
    return _supported((user.locale if user else "") or get_language() or "")


def _supported(language: str) -> str:
    with suppress(LookupError, ValueError):
        return get_supported_language_variant(language)
    return settings.LANGUAGE_CODE


def _waiting(now: datetime) -> Q:
    return Q(status="queued", next_attempt_at__lte=now) | Q(
        status="sending", claimed_at__lt=now - timedelta(seconds=STALE_AFTER)
    )


def due(limit: int = 500) -> list[str]:
    """Ids of messages that should be on their way, the oldest first."""
    found = OutboxMessage.objects.filter(_waiting(timezone.now())).order_by("next_attempt_at")
    return [str(pk) for pk in found.values_list("pk", flat=True)[:limit]]


def claim(message_id: str) -> OutboxMessage | None:
    """Take a message for sending; None when somebody else has it or it is not to be sent."""
    now = timezone.now()
    message = (
        OutboxMessage.objects.filter(_waiting(now), pk=message_id).select_related("user").first()
    )
    if message is None:
        return None
    late = message.not_after <= now
    if message.status == "sending" and (late or message.channel == "sms"):
        # A worker died over it. A mail goes again under its Message-ID; an SMS would cost and
        # confuse a second time.
        _finish(message, "unknown", "interrupted while being sent")
        return None
    if late:
        tried = message.attempts > 0
        _finish(message, "failed" if tried else "expired", message.answer or "not sent: too late")
        return None
    if not _change(message, status="sending", claimed_at=now, attempts=message.attempts + 1):
        return None
    message.status, message.claimed_at, message.attempts = "sending", now, message.attempts + 1
    return message


def sent(message: OutboxMessage, answer: str) -> None:
    """The provider took it."""
    _finish(message, "sent", answer, sent_at=timezone.now())


def refused(message: OutboxMessage, answer: str) -> None:
    """The provider will never take it."""
    _finish(message, "failed", answer)


def uncertain(message: OutboxMessage, answer: str) -> None:
    """It may have arrived: a mail is tried again, an SMS is not."""
    if message.channel == "sms":
        _finish(message, "unknown", answer)
    else:
        postponed(message, answer)


def postponed(message: OutboxMessage, answer: str) -> None:
    """Not taken now: again at growing intervals, until it would be too late."""
    wait = min(_FIRST_WAIT * 2 ** (message.attempts - 1), _LONGEST_WAIT)
    again = timezone.now() + timedelta(seconds=wait)
    _change(message, status="queued", answer=answer[:300], next_attempt_at=again)
    _log.warning(
        "message_postponed",
        message_id=str(message.pk),
        channel=message.channel,
        attempts=message.attempts,
        reason=answer,
    )


def withdraw(messages: "QuerySet[OutboxMessage]") -> None:
    """What these carry is void by now: none that still waits leaves any more.

    One that a worker has in hand at this moment may arrive; it is not tried again.
    """
    unsent = messages.filter(status__in=UNSENT)
    found = OutboxMessage.objects.filter(pk__in=list(unsent.values_list("pk", flat=True)))
    if not found.update(not_after=timezone.now()):
        return
    for message in found.filter(status="queued"):
        values = {"status": "withdrawn", "answer": "not sent: overtaken", **_emptied(message)}
        if _change(message, **values):
            _log.info("message_withdrawn", message_id=str(message.pk), channel=message.channel)


def drop_link(messages: "QuerySet[OutboxMessage]") -> None:
    """The link that these carry is void by now; what else they tell still holds, and leaves."""
    for message in messages.filter(status__in=UNSENT):
        rest = {name: value for name, value in message.context.items() if name != "link"}
        if len(rest) < len(message.context):
            _change(message, context=_sealed(message, rest))


def _sealed(message: OutboxMessage, context: dict[str, Any]) -> Any:
    return OutboxMessage._meta.get_field("context").sealed(message, context)


def _emptied(message: OutboxMessage) -> dict[str, Any]:
    """Nobody needs the links and codes of what is over any more."""
    if settings.SIGNET.outbox_visible:
        return {}
    return {"context": _sealed(message, {})}


def _finish(message: OutboxMessage, status: str, answer: str, **more: Any) -> None:
    if _change(message, status=status, answer=answer[:300], **_emptied(message), **more):
        write = _log.info if status == "sent" else _log.warning
        write(f"message_{status}", message_id=str(message.pk), channel=message.channel)


def _change(message: OutboxMessage, **values: Any) -> bool:
    """Move it on from the state it was read in, unless somebody else did."""
    mine = OutboxMessage.objects.filter(
        pk=message.pk, status=message.status, claimed_at=message.claimed_at
    )
    return bool(mine.update(**values))
