"""The link in the old mailbox, or on the old phone: back to how it was, and everything shut."""

from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.actions.answered_mails import answer, reach
from accounts.actions.contact_change import came_lately, digest_of
from accounts.actions.leave import withdraw
from accounts.actions.revert_change import revert
from accounts.actions.shut_notice import tell_shut
from accounts.actions.take_back import TakenBack, take_back
from accounts.actions.void_and_end import Password, void_and_end
from accounts.end_access import Ended
from accounts.errors import LinkNotValid
from accounts.models import ContactChange, User
from idp.ground.canonical import kept_email_key


@dataclass(frozen=True, slots=True)
class Undone:
    """`taken_back`: all that is as before by it; `link_sent`: a link to choose a new password is in
    the mailbox of the account; `kept`: the account was going to be deleted, and is not."""

    kind: str
    ended: Ended
    taken_back: TakenBack
    link_sent: bool
    kept: bool


def open_undo(secret: str) -> ContactChange:
    """The change it undoes. Changes nothing: mail scanners open links. Raises `LinkNotValid`."""
    now = timezone.now()
    found = ContactChange.objects.select_related("user").filter(
        undo_digest=digest_of(secret), undo_until__gt=now, undone_at=None
    )
    change = found.first()
    if change is None:
        raise LinkNotValid
    return change


def is_taken(change: ContactChange) -> bool:
    """Another account has the old address by now: it cannot come back."""
    if change.kind != ContactChange.Kind.EMAIL:
        return False
    others = User.objects.filter(email_key=kept_email_key(change.old)).exclude(pk=change.user_id)
    return others.exists()


def undo(*, request: HttpRequest, secret: str) -> Undone:
    """Once only. Whoever made the change may know the password and be signed in: all that ends.

    Raises `LinkNotValid`.
    """
    change = open_undo(secret)
    with transaction.atomic():
        return _undo(request, change)


def _undo(request: HttpRequest, change: ContactChange) -> Undone:
    user = User.objects.select_for_update(no_key=True).filter(pk=change.user_id).first()
    if user is None:
        raise LinkNotValid
    since = reach(change.created_at, change.session_began_at)
    if came_lately(change):
        # A number that came itself a few days before may be a thief's: it comes back alone, or he
        # would remove the owner's factors with it, and take their codes.
        done = revert(request, user, change, with_codes=False)
        taken = TakenBack((change.kind,) if done else ())
    else:
        # Whoever changed it may have added a factor before, which would keep the owner out, and
        # changed the address before the number.
        taken = take_back(request, user, since, pressed=change)
        answer(user, since)
    if change.kind not in (*taken.contacts, *taken.lost):
        raise LinkNotValid
    kept = withdraw(request, user, actor=None, reason="not_me")
    # Everything is shut also where the old address is taken: else the thief would stay.
    had_address = bool(user.email) or "email" in taken.lost
    ended = void_and_end(
        request=request,
        user=user,
        password=Password.VOID if had_address else Password.DEMANDED,
        since=since,
    )
    sent = tell_shut(request, user)
    return Undone(change.kind, ended, taken, sent, kept)
