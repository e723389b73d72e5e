"""The link in the old mailbox, or on the old phone: back to how it was, and everything shut."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.actions.answered_mails import answer, reach
from accounts.actions.contact_change import digest_of
from accounts.actions.leave import withdraw
from accounts.actions.shut_notice import tell_shut
from accounts.actions.take_back import SLACK, TakenBack, take_back
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

    @property
    def lost(self) -> bool:
        """Another account has the old address by now, so this one has none."""
        return "email" in self.taken_back.lost


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
    since, until = reach(change.created_at, change.session_began_at), _until(change)
    # Whoever changed it may have added a factor before, which would keep the owner out, and changed
    # the address before the number.
    taken = take_back(request, user, since, until, pressed=change)
    if change.kind not in (*taken.contacts, *taken.lost):
        raise LinkNotValid
    answer(user, since, until)
    kept = withdraw(request, user, actor=None, reason="not_me")
    # Everything is shut also where the old address is taken: else the thief would stay.
    had_address = bool(user.email) or "email" in taken.lost
    password = Password.VOID if had_address else Password.DEMANDED
    changed_at = user.password_changed_at
    if until is not None and changed_at is not None and changed_at > until:
        password = Password.STAYS
    ended = void_and_end(request=request, user=user, password=password, since=since, until=until)
    sent = tell_shut(request, user, linked=password is not Password.STAYS)
    return Undone(change.kind, ended, taken, sent, kept)


def _until(change: ContactChange) -> datetime | None:
    """How far the undoing reaches; None: up to now.

    Whoever changed the address gets the owner's mails from then on: nothing else tells them of what
    he does later. Of what comes after a change of the number the mailbox hears; and the number
    that is left may be a thief's, or be handed on to a stranger.
    """
    if change.kind == ContactChange.Kind.EMAIL or change.completed_at is None:
        return None
    return change.completed_at + SLACK
