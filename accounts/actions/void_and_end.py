"""All that is open in a person's name ends, and what a stranger knows or began is worth nothing."""

from dataclasses import replace
from datetime import datetime
from enum import Enum, auto

from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils import timezone

from accounts.actions.contact_change import end_unfinished
from accounts.actions.take_back import SLACK
from accounts.end_access import Ended, end_access
from accounts.models import ContactChange, SelfRecovery, Session, User
from accounts.notifications.stale import withdraw_reset_links


class Password(Enum):
    """What becomes of it: void where a link to choose another reaches the owner; another one
    demanded at the next sign-in where it is the only way in; or it is the owner's new one."""

    VOID = auto()
    DEMANDED = auto()
    STAYS = auto()


def void_and_end(
    *,
    request: HttpRequest,
    user: User,
    password: Password,
    since: datetime | None,
    until: datetime | None = None,
    keep: Session | None = None,
) -> Ended:
    """Within the caller's transaction, the row locked. Sessions that ran out are not counted.

    `since`, `until`: in between nobody knows whose sessions they were; no browser is known as the
    person's by them any more.
    """
    now = timezone.now()
    # Nothing a thief began may be finished.
    end_unfinished(ContactChange.objects.filter(user=user))
    recoveries = SelfRecovery.objects.filter(user=user, cancelled_at=None, completed_at=None)
    recoveries.update(cancelled_at=now)
    living = Session.objects.living().filter(user=user)
    count = living.exclude(pk=keep.pk).count() if keep else living.count()
    _take(user, password, now)
    withdraw_reset_links(user)
    actor = user if keep else None
    ended = end_access(user=user, reason="not_me", keep_session=keep, request=request, actor=actor)
    if since is not None:
        doubtful = Session.objects.filter(
            user=user, created_at__gte=since - SLACK, created_at__lte=until or now
        )
        doubtful.exclude(ended_at=None).update(end_reason="not_me")
    return replace(ended, sessions=count)


def _take(user: User, password: Password, now: datetime) -> None:
    fields = ["updated_at"]
    user.updated_at = now
    if password is not Password.STAYS:
        user.must_reset_password = True
        fields.append("must_reset_password")
    if password is Password.VOID:
        if user.has_usable_password():
            user.voided_password = user.password
        user.password = make_password(None)
        fields += ["password", "voided_password"]
    user.save(update_fields=fields)
