"""“That wasn’t me”: shut everything, and let nobody in but by a new password."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.actions.contact_change import end_unfinished
from accounts.actions.leave import withdraw
from accounts.actions.not_me import answer_mails, is_used
from accounts.actions.shut_notice import tell_shut
from accounts.actions.take_back import TakenBack, take_back
from accounts.end_access import Ended, end_access
from accounts.errors import LinkNotValid
from accounts.models import ContactChange, SelfRecovery, Session, User
from accounts.notifications.stale import withdraw_reset_links
from accounts.throttling import Limit, claim


@dataclass(frozen=True, slots=True)
class LockedDown:
    """What came of it. `link_sent`: a link to choose a new password is in the mailbox; `kept`: the
    account was going to be deleted, and is not."""

    ended: Ended
    taken_back: TakenBack
    link_sent: bool
    kept: bool


def lock_down(
    *,
    request: HttpRequest,
    user: User,
    event: int | None = None,
    since: datetime | None = None,
    mailed_at: datetime | None = None,
    keep_session: Session | None = None,
) -> LockedDown:
    """End all but `keep_session`, and void the password where another way in is left.

    `since`: when the stranger was first noticed. Factors added and addresses changed from then on
    are taken back. `mailed_at`: when the mail was written that somebody answers.

    A password that a stranger knows must not be what the new one is chosen with, nor a session
    that a stranger may have copied: it stops working at once, and a link to choose another goes to
    the mailbox. Without an address only the demand for a new one is possible.
    Raises `TooManyAttempts` and, for a mailed link from before the latest time, `LinkNotValid`: who
    holds an old mail must not be able to shut the account for good.
    """
    # The thief may be signed in, and press first: that spends nothing of what mails can do.
    place = "mail" if mailed_at else "here"
    claim([Limit(f"not_me/{place}/{user.pk}", burst=5, every=3_600)])
    with transaction.atomic():
        if User.objects.select_for_update(no_key=True).filter(pk=user.pk).first() is None:
            raise LinkNotValid  # deleted in this very moment
        user.refresh_from_db()
        if mailed_at is not None and is_used(user, mailed_at):
            raise LinkNotValid
        taken = take_back(request, user, since) if since else TakenBack()
        # Whoever presses wants the account; its deletion may be what a thief asked for.
        actor = user if keep_session else None
        kept = withdraw(request, user, actor=actor, reason="not_me")
        # An address that only the stranger gave it was none of the owner's ways in.
        had_address = bool(user.email) or "email" in taken.lost
        if mailed_at is not None:
            answer_mails(user, min(since or mailed_at, mailed_at))
        ended = void_and_end(
            request=request, user=user, void_password=had_address, keep=keep_session
        )
        sent = tell_shut(request, user, by_person=keep_session is not None)
        audit.record(
            audit.LOCKED_DOWN,
            request=request,
            actor=actor,
            subject=user,
            data={"event": event},
        )
    return LockedDown(ended, taken, sent, kept)


def void_and_end(
    *, request: HttpRequest, user: User, void_password: bool, keep: Session | None = None
) -> Ended:
    """Within the caller's transaction, the row locked. Sessions that ran out are not counted.

    `void_password`: the account had an address, so that there is another way in than the password.
    """
    now = timezone.now()
    # Nothing a thief began may be finished.
    end_unfinished(ContactChange.objects.filter(user=user))
    recoveries = SelfRecovery.objects.filter(user=user, cancelled_at=None, completed_at=None)
    recoveries.update(cancelled_at=now)
    living = Session.objects.living().filter(user=user)
    count = living.exclude(pk=keep.pk).count() if keep else living.count()
    user.must_reset_password = True
    fields = ["must_reset_password", "updated_at"]
    if void_password:
        if user.has_usable_password():
            user.voided_password = user.password
        user.password = make_password(None)
        fields += ["password", "voided_password"]
    user.updated_at = now
    user.save(update_fields=fields)
    withdraw_reset_links(user)
    actor = user if keep else None
    ended = end_access(user=user, reason="not_me", keep_session=keep, request=request, actor=actor)
    return replace(ended, sessions=count)
