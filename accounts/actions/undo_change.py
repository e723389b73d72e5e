"""The link in the old mailbox, or on the old phone: back to how it was, and everything shut."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.actions import change_email, change_phone
from accounts.actions.contact_change import digest_of
from accounts.actions.lock_down import void_and_end
from accounts.actions.reset_password import send_link
from accounts.end_access import Ended
from accounts.errors import LinkNotValid, NameTaken
from accounts.models import ContactChange, User


@dataclass(frozen=True, slots=True)
class Undone:
    """`link_sent`: a link to choose a new password is in the mailbox of the account."""

    kind: str
    ended: Ended
    link_sent: bool


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


def undo(*, request: HttpRequest, secret: str) -> Undone:
    """Once only. Whoever made the change may know the password and be signed in: all that ends.

    Raises `LinkNotValid`, and `NameTaken` when another account has the old address by now.
    """
    change = open_undo(secret)
    try:
        with transaction.atomic():
            return _undo(request, change)
    except IntegrityError:
        raise NameTaken from None


def _undo(request: HttpRequest, change: ContactChange) -> Undone:
    now = timezone.now()
    user = User.objects.select_for_update().get(pk=change.user_id)
    mine = ContactChange.objects.filter(pk=change.pk, undone_at=None, undo_until__gt=now)
    if not mine.update(undone_at=now):
        raise LinkNotValid
    # Whoever made this change made the later ones too, and holds their links.
    of_user = ContactChange.objects.filter(user=user, kind=change.kind)
    of_user.filter(completed_at__gt=change.completed_at, undone_at=None).update(undone_at=now)
    ContactChange.objects.filter(user=user, completed_at=None).update(expires_at=now)
    present = user.email if change.kind == "email" else user.phone_number
    if change.kind == "email":
        change_email.set_address(user, change.old)
        change_email.move_mailbox(user, present, change.old)
        name = audit.EMAIL_CHANGE_UNDONE
    else:
        change_phone.set_number(user, change.old)
        change_phone.move_phone(user, present, change.old)
        name = audit.PHONE_CHANGE_UNDONE
    ended = void_and_end(request=request, user=user, reason="not_me")
    sent = bool(user.email and user.is_active)
    if sent:
        send_link(request, user, user.email)
    audit.record(name, request=request, subject=user)
    return Undone(change.kind, ended, sent)
