"""Who hears that a recovery was begun: every mailbox and every phone of the person."""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import override

from accounts.actions.security_notice import addresses, notify
from accounts.models import MessageDevice, OutboxMessage, SelfRecovery, User
from accounts.notifications import outbox
from accounts.notifications.moment import told

_PURPOSE = "recovery_started"


def can_be_told(user: User) -> bool:
    """Without a single channel the waiting would protect nobody."""
    return bool(addresses(user) or _phones(user))


def tell_of_start(request: HttpRequest, row: SelfRecovery, cancel_link: str) -> None:
    """Queue it everywhere, in the transaction that begins it."""
    user = row.user
    with override(outbox.language_of(user)):
        ready = told(row.ready_at, user)["when"]
    notify(
        user,
        "recovery_started",
        request=request,
        context={"cancel_link": cancel_link, "ready": ready},
        key=f"{_PURPOSE}/{row.pk}",
        not_after=row.ready_at,
    )
    for phone in _phones(user):
        outbox.queue(
            channel="sms",
            purpose="recovery_started",
            recipient=phone,
            user=user,
            context={"cancel_link": cancel_link},
            not_after=row.ready_at,
        )


def left(message: OutboxMessage) -> None:
    """In the transaction in which a message is marked as sent: if it told of a recovery, of which
    nothing had been told, the waiting begins now.

    Kept in the recovery's row, as messages are forgotten earlier.
    """
    if message.purpose != _PURPOSE or message.user_id is None:
        return
    now = timezone.now()
    untold = SelfRecovery.objects.filter(
        user_id=message.user_id, created_at__lte=message.created_at, told_at=None
    )
    for row in untold.filter(cancelled_at=None, completed_at=None):
        late = now - row.created_at
        untold.filter(pk=row.pk).update(
            told_at=now, ready_at=row.ready_at + late, expires_at=row.expires_at + late
        )


def is_lost(row: SelfRecovery) -> bool:
    """Nobody heard of it, and no message is left that could tell."""
    if row.told_at is not None:
        return False
    messages = OutboxMessage.objects.filter(
        user_id=row.user_id, purpose=_PURPOSE, created_at__gte=row.created_at
    )
    return not messages.filter(
        status__in=["queued", "sending"], not_after__gt=timezone.now()
    ).exists()


def _phones(user: User) -> list[str]:
    devices = MessageDevice.objects.filter(user=user, channel="sms", confirmed=True)
    proven = [user.phone_number] if user.phone_number_verified else []
    found = [*proven, *(row.destination for row in devices)]
    return list(dict.fromkeys(one for one in found if one))
