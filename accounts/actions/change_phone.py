"""Another phone number: proven by a code before anything changes, the old one told."""

from collections.abc import Iterable
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
from accounts.models.contact_change import UNDO
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
    change = contact_change.begin(
        request,
        user,
        _PHONE,
        new=number,
        old=user.phone_number,
        old_proven=user.phone_number_verified,
    )
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
        change.user = user
        done = contact_change.finish(change)
        if done is None:
            return
        before, number = masked_number(user.phone_number), masked_number(change.new)
        set_number(user, change.new)
        move_phone(user, done.left, change.new)
        audit.record(
            audit.PHONE_CHANGED,
            request=request,
            actor=user,
            subject=user,
            data={"from": before, "to": number},
        )
        words = {
            "days": UNDO.days,
            "link": done.link,
            "number": number,
            "is_first": not before,
        }
        notify(user, "phone_changed", request=request, context=words)
        if done.link:
            _tell(user, change.old, done.link)


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
        old, is_proven = user.phone_number, user.phone_number_verified
        if not set_number(user, ""):
            return
        change = contact_change.begin(request, user, _PHONE, new="", old=old, old_proven=is_proven)
        done = contact_change.finish(change)
        gone = {"from": masked_number(old)}
        audit.record(audit.PHONE_REMOVED, request=request, actor=user, subject=user, data=gone)
        notify(user, "phone_removed", request=request)
        if done is not None and done.link:
            _tell(user, old, done.link, "phone_removed_old")


def set_number(user: User, number: str, *, proven: bool = True) -> bool:
    """Or none; whether there is anything to change."""
    values = {"phone_number": number, "phone_number_verified": proven and bool(number)}
    found = User.objects.filter(pk=user.pk).exclude(**values)
    changed = found.update(**values, updated_at=timezone.now())
    user.refresh_from_db()
    return bool(changed)


def move_phone(user: User, left: Iterable[str], new: str) -> None:
    """A second factor that sends codes to a number that is left sends them to the new one."""
    for device in MessageDevice.objects.filter(user=user, channel="sms", confirmed=True):
        if new and device.destination and device.destination in left:
            device.destination = new
            device.save(update_fields=["destination"])
