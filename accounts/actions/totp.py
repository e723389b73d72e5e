"""An authenticator app: enrol it, and check its codes (RFC 6238, by django-otp)."""

import base64
import hmac
import uuid
from binascii import unhexlify
from datetime import timedelta
from urllib.parse import quote, urlencode

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django_otp.oath import TOTP, hotp
from django_otp.util import random_hex

from accounts import audit
from accounts.actions.factor_added import factor_added
from accounts.actions.factor_guess import claim_guess, right, wrong
from accounts.actions.holder import lives
from accounts.actions.security_notice import notify
from accounts.errors import CodeNotRight
from accounts.models import TOTPDevice, User

# One step back and one ahead, each 30 seconds (RFC 6238 §5.2).
_TOLERANCE = 1
# NIST SP 800-63B-4 §3.2.2: after so many wrong codes in a row the device is of no use any more.
_MOST_FAILURES = 100
_BEGUN = timedelta(minutes=30)
_SENT_TWICE = timedelta(seconds=60)


def begin(user: User, holder: uuid.UUID) -> TOTPDevice:
    """A device to be confirmed by its first code: the one begun a moment ago, else a new one.

    `holder`: the login or session that asks. Each has a seed of its own: a thief who has only the
    password would otherwise look at the one that the owner is about to enrol.
    The seed is always ours; nothing a browser sends becomes one.
    """
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        begun = TOTPDevice.objects.filter(user=user, confirmed=False)
        begun.filter(created_at__lt=timezone.now() - _BEGUN).delete()
        found: TOTPDevice | None = begun.filter(holder=holder).first()
        if found is None:
            found = TOTPDevice(user=user, holder=holder, key=random_hex(20))
            found.save(force_insert=True)
    return found


def secret(device: TOTPDevice) -> str:
    """The seed as authenticator apps take it by hand: base32."""
    return base64.b32encode(unhexlify(device.key)).decode().rstrip("=")


def otpauth(device: TOTPDevice, issuer: str) -> str:
    """What the QR code holds (Key URI Format)."""
    label = quote(f"{issuer}:{device.user.email or device.user.username}", safe=":@")
    query = urlencode({"secret": secret(device), "issuer": issuer, "digits": 6, "period": 30})
    return f"otpauth://totp/{label}?{query}"


def confirm(request: HttpRequest, user: User, device_id: uuid.UUID, code: str, name: str) -> None:
    """The first code proves that the seed arrived. Raises `CodeNotRight`, `TooManyAttempts`."""
    claim_guess(request, user)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        device = (
            TOTPDevice.objects.select_for_update()
            .filter(pk=device_id, user=user, confirmed=False)
            .first()
        )
        if device is None or not lives(device.holder) or not _fits(device, code):
            raise CodeNotRight
        device.confirmed = True
        device.name = name[:64]
        device.created_at = device.last_used_at = timezone.now()
        device.save(update_fields=["confirmed", "name", "created_at", "last_used_at", "last_t"])
        factor_added(request, user, device.holder, "totp", device.name)
    right(request, user)


def was_confirmed(user: User, holder: uuid.UUID, code: str) -> bool:
    """The same form sent twice: this very code confirmed one a moment ago, in the same place."""
    device = (
        TOTPDevice.objects.filter(user=user, holder=holder, confirmed=True)
        .filter(created_at__gt=timezone.now() - _SENT_TWICE)
        .order_by("-created_at")
        .first()
    )
    typed = "".join(code.split())
    if device is None or not typed.isascii() or not typed.isdigit():
        return False
    return hmac.compare_digest(typed, f"{hotp(unhexlify(device.key), device.last_t):06}")


def verify(request: HttpRequest, user: User, code: str) -> None:
    """Use a code of one of the person's apps. Raises `CodeNotRight` and `TooManyAttempts`.

    Under a lock on their rows: of a hundred uses of one code exactly one is accepted.
    """
    claim_guess(request, user)
    failures = 0
    with transaction.atomic():
        devices = list(
            TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).order_by("pk")
        )
        usable = [one for one in devices if one.failures < _MOST_FAILURES]
        used = next((one for one in usable if _fits(one, code)), None)
        for device in usable:
            device.failures = 0 if used is not None else device.failures + 1
            failures = max(failures, device.failures)
            if used is not None and device.pk == used.pk:
                device.last_used_at = timezone.now()
            device.save(update_fields=["failures", "last_t", "last_used_at"])
            if device.failures == _MOST_FAILURES:
                _tell_of_end(request, user)
    if used is None:
        wrong(request, user, "totp", failures)
        raise CodeNotRight
    right(request, user)


def _fits(device: TOTPDevice, code: str) -> bool:
    """Whether it is a code of now that was not used before; it is used then (L18)."""
    plain = "".join(code.split())
    if len(plain) != 6 or not plain.isascii() or not plain.isdigit():
        return False
    # No drift is remembered: it would let ever older codes in.
    totp = TOTP(unhexlify(device.key), step=30, digits=6)
    if not totp.verify(int(plain), tolerance=_TOLERANCE, min_t=device.last_t + 1):
        return False
    device.last_t = totp.t()
    return True


def is_worn_out(user: User) -> bool:
    """Whether none of the person's apps is looked at any more, after too many wrong codes.

    They count as enrolled all the same: a factor that could be guessed away would be none.
    """
    mine = TOTPDevice.objects.filter(user=user, confirmed=True)
    return not mine.filter(failures__lt=_MOST_FAILURES).exists()


def _tell_of_end(request: HttpRequest, user: User) -> None:
    audit.record(
        audit.SECOND_FACTOR_DISABLED,
        request=request,
        subject=user,
        data={"factor": "totp", "failures": _MOST_FAILURES},
    )
    notify(user, "factor_disabled", request=request, context={"factor": "totp"})
