"""The link in the old mailbox, or on the old phone: back to how it was, and everything shut."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.actions.contact_change import digest_of
from accounts.actions.leave import withdraw
from accounts.actions.lock_down import void_and_end
from accounts.actions.not_me import answer_mails, reach
from accounts.actions.revert_change import give_up, revert
from accounts.actions.shut_notice import tell_shut
from accounts.actions.take_back import take_back
from accounts.end_access import Ended
from accounts.errors import LinkNotValid
from accounts.models import ContactChange, User
from idp.ground.canonical import email_key


@dataclass(frozen=True, slots=True)
class Undone:
    """`link_sent`: a link to choose a new password is in the mailbox of the account; `kept`: the
    account was going to be deleted, and is not; `lost`: another account has the old address by now,
    so this one has none."""

    kind: str
    ended: Ended
    link_sent: bool
    kept: bool
    lost: bool


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
    others = User.objects.filter(email_key=email_key(change.old)).exclude(pk=change.user_id)
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
    lost = False
    try:
        with transaction.atomic():
            done = revert(request, user, change)
    except IntegrityError:
        # Everything is shut all the same, or the thief would stay for want of an address.
        done = lost = give_up(request, user, change)
    if not done:
        raise LinkNotValid
    # Whoever changed the address may have added a factor, which would keep the owner out.
    since = reach(change.created_at, change.session_began_at)
    taken = take_back(request, user, since)
    answer_mails(user, since)
    lost = lost or "email" in taken.lost
    kept = withdraw(request, user, actor=None, reason="not_me")
    ended = void_and_end(request=request, user=user, void_password=bool(user.email) or lost)
    sent = tell_shut(request, user)
    return Undone(change.kind, ended, sent, kept, lost)
