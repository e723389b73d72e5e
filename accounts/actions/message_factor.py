"""Codes by SMS or e-mail as a second factor: set it up, send one, check what is typed back."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.actions import one_time_code
from accounts.actions.factor_added import factor_added
from accounts.actions.factor_guess import claim_guess, right, wrong
from accounts.actions.holder import lives
from accounts.actions.one_time_code import Purpose
from accounts.actions.replace_channel import retire
from accounts.actions.security_notice import notify
from accounts.errors import CodeNotRight
from accounts.models import MessageDevice, OneTimeCode, PendingLogin, User

# The same words for both: only the way differs.
_SET_UP = Purpose("factor/set_up", "code")
_LOGIN = {"sms": Purpose("factor/sms", "code"), "email": Purpose("factor/email", "code")}
# NIST SP 800-63B-4 §3.2.2: after so many wrong codes in a row it is of no use any more.
MOST_FAILURES = 100
_BEGUN = timedelta(minutes=30)


def begun(user: User, channel: str, holder: uuid.UUID) -> MessageDevice | None:
    """The one whose first code is still to be typed, in the login or session `holder`."""
    since = timezone.now() - _BEGUN
    mine = _unconfirmed(user, channel, holder).filter(created_at__gt=since)
    found: MessageDevice | None = mine.first()
    return found


def _unconfirmed(user: User, channel: str, holder: uuid.UUID) -> "QuerySet[MessageDevice]":
    found: QuerySet[MessageDevice] = MessageDevice.objects.filter(
        user=user, channel=channel, confirmed=False, holder=holder
    )
    return found


def begin(
    request: HttpRequest, user: User, channel: str, destination: str, holder: uuid.UUID
) -> None:
    """Send a first code to `destination` (in canonical form), in place of any begun before.

    Raises `TooManyAttempts` and `SmsRefused`; then nothing is begun.
    """
    earlier = begun(user, channel, holder)
    if earlier is not None and earlier.destination == destination:
        send_first(request, earlier)  # the same form once more
        return
    device = MessageDevice(user=user, channel=channel, destination=destination, holder=holder)
    send_first(request, device)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        _unconfirmed(user, channel, holder).delete()
        device.save(force_insert=True)


def drop(device: MessageDevice) -> None:
    """Another number after all."""
    MessageDevice.objects.filter(pk=device.pk, confirmed=False).delete()


def send_first(request: HttpRequest, device: MessageDevice) -> OneTimeCode:
    """A code that proves it. Raises `TooManyAttempts` and `SmsRefused`."""
    return one_time_code.send(
        request=request,
        purpose=_SET_UP,
        subject=device.pk,
        channel=device.channel,
        destination=device.destination,
        user=device.user,
    )


def latest_first(request: HttpRequest, device: MessageDevice) -> OneTimeCode | None:
    """The code that was sent to it and can still be typed here."""
    return one_time_code.latest(purpose=_SET_UP, subject=device.pk, request=request)


def confirm(request: HttpRequest, device: MessageDevice, code: str, name: str) -> None:
    """The first code arrived; it takes the place of an earlier one.

    Raises `CodeNotRight` and `TooManyAttempts`.
    """
    user = device.user
    claim_guess(request, user)
    one_time_code.check(request=request, purpose=_SET_UP, subject=device.pk, code=code)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if not lives(device.holder):
            raise CodeNotRight  # shut in this very moment
        retire(request, user, device.channel, device.destination)
        now = timezone.now()
        mine = MessageDevice.objects.filter(pk=device.pk, confirmed=False)
        if not mine.update(confirmed=True, name=name[:64], created_at=now, last_used_at=now):
            raise CodeNotRight
        factor_added(request, user, device.holder, device.channel, device.masked)
    right(request, user)


def was_confirmed(
    request: HttpRequest, user: User, channel: str, holder: uuid.UUID, code: str
) -> bool:
    """The same form sent twice: this very code confirmed one a moment ago, in the same place."""
    found = MessageDevice.objects.filter(
        user=user, channel=channel, holder=holder, confirmed=True
    ).first()
    return found is not None and one_time_code.was_used(
        request=request, purpose=_SET_UP, subject=found.pk, code=code
    )


def of(user: User, channel: str) -> MessageDevice:
    """The person's phone or mailbox. Raises `MessageDevice.DoesNotExist`."""
    found: MessageDevice = MessageDevice.objects.select_related("user").get(
        user=user, channel=channel, confirmed=True
    )
    if channel == MessageDevice.Channel.EMAIL and user.email_verified and user.email_key:
        # The mailbox is the account's own: codes move with its address, once that is proven.
        found.destination = user.email_key
    return found


def is_worn_out(device: MessageDevice) -> bool:
    """Guessed at too often: no code goes there, and none is looked at.

    It stays in place, or a thief of the password would only have to guess often enough to be asked
    for no second factor at all.
    """
    return device.failures >= MOST_FAILURES


def send_to(request: HttpRequest, device: MessageDevice, pending: PendingLogin) -> OneTimeCode:
    """A code for this login. Raises `TooManyAttempts` and `SmsRefused`."""
    return one_time_code.send(
        request=request,
        purpose=_LOGIN[device.channel],
        subject=pending.pk,
        channel=device.channel,
        destination=device.destination,
        user=device.user,
        context={"brand": pending.branding.get("name", "")},
    )


def latest(request: HttpRequest, device: MessageDevice, subject: uuid.UUID) -> OneTimeCode | None:
    """The code of this login that can still be typed here."""
    return one_time_code.latest(purpose=_LOGIN[device.channel], subject=subject, request=request)


def verify(request: HttpRequest, device: MessageDevice, subject: uuid.UUID, code: str) -> None:
    """Use the code of the login `subject` up. Raises `CodeNotRight` and `TooManyAttempts`."""
    user = device.user
    claim_guess(request, user)
    mine = MessageDevice.objects.filter(pk=device.pk, confirmed=True)
    try:
        if not mine.filter(failures__lt=MOST_FAILURES).exists():
            raise CodeNotRight
        purpose = _LOGIN[device.channel]
        used = one_time_code.check(request=request, purpose=purpose, subject=subject, code=code)
        if used.user_id != user.pk or used.destination != device.destination:
            raise CodeNotRight  # sent to a phone that is not theirs any more
    except CodeNotRight:
        _failed(request, device)
        raise
    mine.update(failures=0, last_used_at=timezone.now())
    right(request, user)


def _failed(request: HttpRequest, device: MessageDevice) -> None:
    with transaction.atomic():
        mine = MessageDevice.objects.filter(pk=device.pk, confirmed=True)
        counted = mine.filter(failures__lt=MOST_FAILURES).update(failures=F("failures") + 1)
        failures = mine.values_list("failures", flat=True).first() or 0
        factor = {"factor": device.channel, "device": device.masked}
        if counted and failures == MOST_FAILURES:
            audit.record(
                audit.SECOND_FACTOR_DISABLED, request=request, subject=device.user, data=factor
            )
            notify(device.user, "factor_disabled", request=request, context=factor)
        wrong(request, device.user, device.channel, failures)
