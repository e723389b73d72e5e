"""“That wasn’t me”: shut everything, and let nobody in but by a new password."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.http import HttpRequest

from accounts import audit
from accounts.actions.answered_mails import answer, is_answered, next_press
from accounts.actions.leave import withdraw
from accounts.actions.shut_notice import tell_shut
from accounts.actions.take_back import TakenBack, is_doubtful, take_back
from accounts.actions.void_and_end import Password, void_and_end
from accounts.end_access import Ended
from accounts.errors import LinkNotValid
from accounts.models import Session, User
from accounts.throttling import Limit, claim


@dataclass(frozen=True, slots=True)
class LockedDown:
    """What came of it. `link_sent`: a link to choose a new password is in the mailbox;
    `is_new_password`: the present one is newer than what was reported, and stays; `kept`: the
    account was going to be deleted, and is not."""

    ended: Ended
    taken_back: TakenBack
    link_sent: bool
    is_new_password: bool
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
    are taken back. `mailed_at`: when the mail was written that somebody answers; what the owner
    did after an earlier press is out of its reach.

    A password that a stranger knows must not be what the new one is chosen with, nor a session
    that a stranger may have copied: it stops working at once, and a link to choose another goes to
    the mailbox. Without an address, or with one that may be the stranger's, only the demand for a
    new one is possible.
    Raises `TooManyAttempts` and, for a mail that a press has answered, `LinkNotValid`: who holds an
    old mail must not be able to shut the account for good.
    """
    # The thief may be signed in, and press first: that spends nothing of what mails can do.
    place = "mail" if mailed_at else "here"
    claim([Limit(f"not_me/{place}/{user.pk}", burst=5, every=3_600)])
    with transaction.atomic():
        if User.objects.select_for_update(no_key=True).filter(pk=user.pk).first() is None:
            raise LinkNotValid  # deleted in this very moment
        user.refresh_from_db()
        if mailed_at is not None and is_answered(user, mailed_at):
            raise LinkNotValid
        until = next_press(user, mailed_at) if mailed_at else None
        taken = take_back(request, user, since, until) if since else TakenBack()
        # Whoever presses wants the account; its deletion may be what a thief asked for.
        actor = user if keep_session else None
        kept = withdraw(request, user, actor=actor, reason="not_me")
        if mailed_at is not None:
            answer(user, min(since or mailed_at, mailed_at), until)
        changed_at = user.password_changed_at
        is_new = until is not None and changed_at is not None and changed_at > until
        is_safe = not (since and is_doubtful(user, since))
        # An address that only the stranger gave it was none of the owner's ways in.
        had_address = bool(user.email) or "email" in taken.lost
        password = Password.VOID if is_safe and had_address else Password.DEMANDED
        if is_new:
            password = Password.STAYS
        ended = void_and_end(
            request=request,
            user=user,
            password=password,
            since=since,
            until=until,
            keep=keep_session,
        )
        # Nor may a stranger's mailbox get a link that shuts what the owner set right.
        by = keep_session if is_safe else None
        sent = tell_shut(request, user, linked=is_safe and not is_new, by=by)
        audit.record(
            audit.LOCKED_DOWN,
            request=request,
            actor=actor,
            subject=user,
            data={"event": event, "reached": since is not None},
        )
    return LockedDown(ended, taken, sent, is_new, kept)
