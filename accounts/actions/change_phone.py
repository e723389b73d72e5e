"""Another phone number: proven by a code before anything changes, the old one told."""

from datetime import timedelta

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.actions import contact_change, one_time_code
from accounts.actions.one_time_code import Purpose
from accounts.actions.security_notice import notify
from accounts.errors import NothingToChange
from accounts.masked import masked_number
from accounts.models import ContactChange, MessageDevice, User
from accounts.notifications import outbox
from idp.ground.canonical import phone_key

PURPOSE = Purpose("change_phone", "code")
_PHONE = ContactChange.Kind.PHONE


def begin(*, request: HttpRequest, user: User, number: str) -> ContactChange:
    """Send a code to the new number. People of one household may share it.

    Raises `NotCanonical`, `NothingToChange`, `TooManyAttempts`, `SmsRefused`.
    """
    number = phone_key(number)
    if number == user.phone_number and user.phone_number_verified:
        raise NothingToChange
    # A number that nobody proved is nothing to go back to.
    is_left = user.phone_number_verified and number != user.phone_number
    old = user.phone_number if is_left else ""
    change = contact_change.begin(request, user, _PHONE, new=number, old=old)
    send(request=request, change=change)
    return change


def send(*, request: HttpRequest, change: ContactChange) -> None:
    """Also again, when nothing came."""
    one_time_code.send(
        request=request,
        purpose=PURPOSE,
        subject=change.pk,
        channel="sms",
        destination=change.new,
        user=change.user,
    )


def confirm(*, request: HttpRequest, change: ContactChange, code: str) -> None:
    """The code is right: from now on this is the number.

    Raises `CodeNotRight` and `TooManyAttempts`.
    """
    contact_change.prove(request, change, PURPOSE, code)
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=change.user_id)
        is_first = not user.phone_number_verified and user.phone_number != change.new
        undo = contact_change.finish(change, is_first=is_first)
        if undo is None:
            return
        before, number = masked_number(user.phone_number), masked_number(change.new)
        set_number(user, change.new)
        move_phone(user, change.old, change.new)
        audit.record(
            audit.PHONE_CHANGED,
            request=request,
            actor=user,
            subject=user,
            data={"from": before, "to": number},
        )
        words = {
            "days": contact_change.UNDO.days,
            "link": undo.link if change.old else "",
            "number": number,
            "is_first": not before,
        }
        notify(user, "phone_changed", request=request, context=words)
        if change.old:
            _tell(user, change.old, undo.link)


def _tell(user: User, number: str, link: str, purpose: str = "phone_changed_old") -> None:
    """Whoever took the account over may hold the mailbox, but not the old phone."""
    outbox.queue(
        channel="sms",
        purpose=purpose,
        recipient=number,
        user=user,
        context={"link": link},
        not_after=timezone.now() + timedelta(days=1),
    )


def remove(*, request: HttpRequest, user: User) -> None:
    """The number in the profile; a phone for codes is listed, and removed, among the factors.

    A change like any other: whoever would put his own in its place might remove it first.
    """
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        old = user.phone_number if user.phone_number_verified else ""
        gone = {"from": masked_number(user.phone_number)}
        if not set_number(user, ""):
            return
        change = contact_change.begin(request, user, _PHONE, new="", old=old)
        undo = contact_change.finish(change, is_first=False)
        audit.record(audit.PHONE_REMOVED, request=request, actor=user, subject=user, data=gone)
        notify(user, "phone_removed", request=request)
        if old and undo is not None:
            _tell(user, old, undo.link, "phone_removed_old")


def set_number(user: User, number: str) -> bool:
    """A proven one, or none; whether there is anything to change."""
    found = User.objects.filter(pk=user.pk).exclude(
        phone_number=number, phone_number_verified=bool(number)
    )
    changed = found.update(
        phone_number=number, phone_number_verified=bool(number), updated_at=timezone.now()
    )
    user.refresh_from_db()
    return bool(changed)


def move_phone(user: User, old: str, new: str) -> None:
    """A second factor that sends codes to the old number sends them to the new one, just proven."""
    for device in MessageDevice.objects.filter(user=user, channel="sms", confirmed=True):
        if old and device.destination == old:
            device.destination = new
            device.save(update_fields=["destination"])
