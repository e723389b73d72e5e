"""Accounts whose people asked to be forgotten: deleted for good after their time of grace."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.departed import FAREWELL, unname
from accounts.end_access import end_access
from accounts.models import User
from accounts.notifications import outbox

_BATCH = 100


def is_last_administrator(user: User) -> bool:
    """Within a transaction: the rows are locked, so that two cannot leave at once."""
    if not user.is_superuser:
        return False
    ruling = User.objects.select_for_update().filter(is_superuser=True).order_by("pk")
    return not any(
        one.pk != user.pk and one.is_active and one.delete_after is None for one in ruling
    )


def delete_due(now: datetime | None = None) -> int:
    """Delete those that are due, each in a transaction of its own; how many it were."""
    now = now or timezone.now()
    due = User.objects.filter(delete_after__lte=now).order_by("delete_after")
    return sum(delete(pk, now) for pk in list(due.values_list("pk", flat=True)[:_BATCH]))


def delete(pk: uuid.UUID, now: datetime) -> bool:
    """Whether it was still due; what its row carried is gone, and its id never comes again."""
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=pk, delete_after__lte=now).first()
        if user is None:
            return False  # kept in this very moment
        if is_last_administrator(user):
            # The others left meanwhile. Nobody could rule any more.
            User.objects.filter(pk=pk).update(delete_after=None)
            audit.record(audit.DELETION_WITHDRAWN, subject=user, reason="last_administrator")
            return False
        end_access(user=user, reason="deleted")
        audit.record(audit.ACCOUNT_DELETED, subject=user)
        address, language = user.email, user.locale
        unname(user)
        user.delete()
        if address:
            # Of nobody: messages of a person go with the account.
            outbox.queue(
                channel="email",
                purpose=FAREWELL,
                recipient=address,
                language=language or None,
                not_after=now + timedelta(days=3),
            )
    return True
