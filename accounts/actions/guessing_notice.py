"""Tell people whose password is being guessed.

Not in the request that is refused: its time would tell which accounts there are.
"""

from datetime import timedelta

from django.db.models import Count
from django.utils import timezone

from accounts import audit
from accounts.actions.security_notice import notify
from accounts.models import AuditEvent, User

_RECENT = timedelta(hours=1)
_DAY = timedelta(days=1)
# Refused or wrong in a day. Owners who mistype stay below it.
_TOLD_AFTER = 30


def tell() -> int:
    """Write to every person whose budget was spent in the last hour, once a day; how many."""
    now = timezone.now()
    limited = AuditEvent.objects.filter(
        name=audit.LOGIN_LIMITED, at__gt=now - _RECENT, subject__isnull=False
    )
    guessed = (
        AuditEvent.objects.filter(
            subject__in=limited.values("subject"),
            name__in=(audit.LOGIN_FAILED, audit.LOGIN_LIMITED),
            at__gt=now - _DAY,
        )
        .values("subject")
        .order_by("subject")
        .annotate(count=Count("id"))
        .filter(count__gte=_TOLD_AFTER)
    )
    people = User.objects.filter(is_active=True, pk__in=guessed.values("subject"))
    count = 0
    for user in people.iterator():
        notify(
            user,
            "password_guessed",
            key=f"password_guessed/{user.pk}/{now:%Y-%m-%d}",
            not_after=now + _DAY,
        )
        count += 1
    return count
