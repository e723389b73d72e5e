"""Another e-mail address: proven by a code before anything changes, the old one told."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.actions import contact_change, one_time_code
from accounts.actions.one_time_code import Purpose
from accounts.actions.security_notice import notify
from accounts.errors import NameTaken, NothingToChange
from accounts.masked import masked_address
from accounts.models import ContactChange, MessageDevice, User
from accounts.models.contact_change import UNDO
from accounts.notifications.stale import withdraw_reset_links
from idp.ground.canonical import email_key, kept_email_key

PURPOSE = Purpose("change_email", "email_change")
# The same code, budget and row; but the mail has no code, and says what somebody tried.
_TAKEN = Purpose("change_email", "email_change_taken")
_EMAIL = ContactChange.Kind.EMAIL


def begin(*, request: HttpRequest, user: User, address: str) -> ContactChange:
    """Send a code to the new address.

    The address of another account gets a mail without one: whoever asks sees and waits the same.
    Raises `NotCanonical`, `NothingToChange`, `TooManyAttempts`.
    """
    address = address.strip()
    same = email_key(address) == user.email_key
    if same and user.email_verified and address == user.email:
        raise NothingToChange
    change = contact_change.begin(
        request, user, _EMAIL, new=address, old=user.email, old_proven=user.email_verified
    )
    send(request=request, change=change)
    return change


def send(*, request: HttpRequest, change: ContactChange) -> None:
    """Also again, when nothing came. The mail names nobody: the mailbox may be a stranger's."""
    key = email_key(change.new)
    taken = User.objects.filter(email_key=key).exclude(pk=change.user_id).exists()
    one_time_code.send(
        request=request,
        purpose=_TAKEN if taken else PURPOSE,
        subject=change.pk,
        channel="email",
        destination=change.new,
        asked_by=change.user,
    )


def confirm(*, request: HttpRequest, change: ContactChange, code: str) -> None:
    """The code is right: from now on this is the address. A change sent twice happens once.

    Raises `CodeNotRight`, `TooManyAttempts`, and `NameTaken` when another account has it by now.
    """
    contact_change.prove(request, change, PURPOSE, code)
    try:
        with transaction.atomic():
            _switch(request, change)
    except IntegrityError:
        raise NameTaken from None


def _switch(request: HttpRequest, change: ContactChange) -> None:
    user = User.objects.select_for_update(no_key=True).get(pk=change.user_id)
    change.user = user
    done = contact_change.finish(change)
    if done is None:
        return
    before = user.email
    set_address(user, change.new)
    move_mailbox(user, done.left, change.new)
    audit.record(
        audit.EMAIL_CHANGED,
        request=request,
        actor=user,
        subject=user,
        data={"from": masked_address(before), "to": masked_address(change.new)},
    )
    if before and not contact_change.same(_EMAIL, before, change.new):
        words = {"days": UNDO.days, "link": done.link}
        notify(user, "email_changed", request=request, recipient=before, context=words)


def set_address(user: User, address: str, *, proven: bool = True) -> None:
    """Links to choose a new password that went to the old one stop working."""
    User.objects.filter(pk=user.pk).update(
        email=address,
        email_key=email_key(address),
        email_verified=proven,
        reset_generation=F("reset_generation") + 1,
        updated_at=timezone.now(),
    )
    withdraw_reset_links(user)
    user.refresh_from_db()


def take_away(user: User) -> None:
    """The account has no address any more, and no link or code goes to the one it had."""
    User.objects.filter(pk=user.pk).update(
        email="",
        email_key=None,
        email_verified=False,
        reset_generation=F("reset_generation") + 1,
        updated_at=timezone.now(),
    )
    withdraw_reset_links(user)
    user.refresh_from_db()


def move_mailbox(user: User, left: Iterable[str], new: str) -> None:
    """A second factor that mails codes to an address that is left mails them to the new one.

    It was proven a moment ago; left where it is, the factor would be in a mailbox that the person
    gives up, and removed, the account would be without.
    """
    keys = {kept_email_key(one) for one in left if one}
    for device in MessageDevice.objects.filter(user=user, channel="email", confirmed=True):
        if kept_email_key(device.destination) in keys:
            device.destination = new
            device.save(update_fields=["destination"])


def drop_mailbox(user: User, left: Iterable[str]) -> None:
    """No code goes there any more: it is in a stranger's hands."""
    keys = {kept_email_key(one) for one in left if one}
    for device in MessageDevice.objects.filter(user=user, channel="email"):
        if kept_email_key(device.destination) in keys:
            device.delete()
