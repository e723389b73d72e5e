"""The waiting of a recovery is over: a mail to whoever began it, or to the owner who did not."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from accounts.actions.security_notice import notify
from accounts.actions.sign_in import password_state
from accounts.models import SelfRecovery, User
from accounts.notifications.moment import told
from accounts.notifications.outbox import language_of

_BATCH = 500


def tell() -> int:
    """Write to everybody whose recovery is ready, once for each; how many it were."""
    now = timezone.now()
    ready = SelfRecovery.objects.filter(
        told_at__isnull=False,
        ready_told_at=None,
        cancelled_at=None,
        completed_at=None,
        ready_at__lte=now,
        expires_at__gt=now,
        user__is_active=True,
    )
    rows = ready.select_related("user").order_by("ready_at")[:_BATCH]
    return sum(_tell(row, row.user) for row in rows)


def _tell(row: SelfRecovery, user: User) -> bool:
    """Not when it was finished or stopped in this very moment, nor by a second scheduler."""
    with transaction.atomic():
        mine = SelfRecovery.objects.filter(
            pk=row.pk, ready_told_at=None, cancelled_at=None, completed_at=None
        )
        if not mine.update(ready_told_at=timezone.now()):
            return False
        if row.password_state != password_state(user):
            return False  # begun under another password: nobody can finish it
        with override(language_of(user)):
            until = told(row.expires_at, user)
        words = {"until": until["when"], "zone": until["zone"]}
        notify(user, "recovery_ready", context=words, not_after=row.expires_at)
    return True
