"""A person asks for their account to be deleted, and may think better of it for some time."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import override

from accounts import audit, departures
from accounts.actions.security_notice import notify
from accounts.end_access import end_access
from accounts.errors import LastAdministrator
from accounts.models import ContactChange, User
from accounts.notifications.moment import stamped
from accounts.notifications.outbox import language_of


def ask_to_leave(*, request: HttpRequest, user: User) -> User | None:
    """Everything ends at once; the account itself after `deletion_grace` seconds.

    None where that is no time at all: it is gone. Raises `LastAdministrator`.
    """
    now = timezone.now()
    grace = timedelta(seconds=settings.SIGNET.deletion_grace)
    with transaction.atomic():
        found = User.objects.select_for_update(no_key=True).filter(pk=user.pk).first()
        if found is None or found.delete_after is not None:
            return found  # asked for twice, at one moment
        user = found
        if departures.is_last_administrator(user):
            raise LastAdministrator
        user.delete_after = now + grace
        user.save(update_fields=["delete_after"])
        end_access(user=user, reason="deletion_requested", request=request, actor=user)
        audit.record(audit.DELETION_REQUESTED, request=request, actor=user, subject=user)
        if grace:
            words = {
                "gone_on": _told(user.delete_after, user),
                "link": f"{settings.SIGNET.issuer}/",
            }
            # A thief changes the address first: the owner reads the old one.
            for recipient in ["", *_addresses_before(user, now)]:
                notify(
                    user,
                    "deletion_requested",
                    request=request,
                    context=words,
                    recipient=recipient,
                )
    if not grace and departures.delete(user.pk, now):
        return None
    return user


def _addresses_before(user: User, now: datetime) -> list[str]:
    """Those from which a change can still be undone, and the deletion with it."""
    changes = ContactChange.objects.filter(
        user=user, kind=ContactChange.Kind.EMAIL, undo_until__gt=now, undone_at=None
    )
    return [one.old for one in changes.order_by("completed_at") if one.old]


def _told(moment: datetime, user: User) -> str:
    with override(language_of(user)):
        return stamped(moment, user.zoneinfo)


def keep(*, request: HttpRequest, user: User) -> bool:
    """The account stays; whether it was to go. Told to every mailbox: it may be a thief's wish."""
    with transaction.atomic():
        kept = withdraw(request, user, actor=user)
        if kept:
            notify(user, "deletion_withdrawn", request=request)
    return kept


def withdraw(request: HttpRequest, user: User, *, actor: User | None, reason: str = "") -> bool:
    """Within the caller's transaction; tells the audit alone. Whether the account was to go."""
    leaving = User.objects.filter(pk=user.pk, delete_after__isnull=False)
    kept = bool(leaving.update(delete_after=None))
    if kept:
        audit.record(
            audit.DELETION_WITHDRAWN, request=request, actor=actor, subject=user, reason=reason
        )
    user.delete_after = None
    return kept
