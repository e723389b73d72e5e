"""What is left of somebody whose account is gone: where it names them, it stops to."""

import uuid
from datetime import datetime, timedelta

from django.db.models.fields.json import KT
from django.utils import timezone

from accounts.models import AuditEvent, Invitation, OutboxMessage, User
from accounts.models.audit_event import OBJECT_EVENTS
from accounts.notifications.outbox import UNSENT
from accounts.pruning import delete_in_batches
from idp.ground.canonical import kept_email_key

FAREWELL = "account_deleted"
# So long an administrator can still see what became of the last mail.
_SHOWN = timedelta(days=1)


def stands_for(pk: uuid.UUID) -> str:
    """In place of the name in a log that is never pruned of it; no username looks like that."""
    return f"(deleted {str(pk)[:8]})"


def unname(user: User) -> None:
    """Within the transaction that deletes the row, before it: nothing points to it afterwards.

    What happened stays told, of somebody whose events belong together.
    """
    word = stands_for(user.pk)
    AuditEvent.objects.filter(actor=user).update(actor_label=word)
    AuditEvent.objects.filter(subject=user).update(subject_label=word)
    told = AuditEvent.objects.filter(name__in=OBJECT_EVENTS).alias(key=KT("data__key"))
    for event in told.filter(key=str(user.pk)):
        AuditEvent.objects.filter(pk=event.pk).update(data={**event.data, "label": word})
    Invitation.objects.filter(accepted_by=user).update(email=word)


def forget_messages(now: datetime | None = None) -> int:
    """Delete the messages of nobody to mailboxes of accounts that are gone; how many it were.

    Those of a person went with the account. These were written to an address alone: before there
    was an account, or so that its own words told nothing. Recipients are encrypted, so all are
    looked through, once for everybody who left.
    """
    of_nobody = OutboxMessage.objects.filter(user=None)
    over = of_nobody.filter(purpose=FAREWELL, created_at__lt=(now or timezone.now()) - _SHOWN)
    left = {
        kept_email_key(one.recipient): one.created_at
        for one in over.exclude(status__in=UNSENT).order_by("created_at")
    }
    if not left:
        return 0
    rows = of_nobody.filter(channel="email").only("recipient", "created_at")
    # Whoever has the address by now keeps what was written since.
    found = [one.pk for one in rows.iterator() if _is_before(one, left)]
    return delete_in_batches(OutboxMessage.objects.filter(pk__in=found))


def _is_before(message: OutboxMessage, left: dict[str, datetime]) -> bool:
    until = left.get(kept_email_key(message.recipient))
    return until is not None and message.created_at <= until
