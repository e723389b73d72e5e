"""A phone with an authenticator app, by an implementation of its own (RFC 6238, RFC 4226)."""

import hashlib
import hmac
import struct
import time
from binascii import unhexlify

from accounts.models import RecoveryCode, TOTPDevice, User

SEED = "3132333435363738393031323334353637383930"


def code_at(seed: str, moment: float) -> str:
    """The six digits for this moment (seconds since 1970)."""
    mac = hmac.new(unhexlify(seed), struct.pack(">Q", int(moment) // 30), hashlib.sha1).digest()
    start = mac[-1] & 15
    number = struct.unpack(">I", mac[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def code(seed: str = SEED, steps: int = 0) -> str:
    """The digits of now, or so many steps of 30 seconds away from it."""
    return code_at(seed, time.time() + 30 * steps)


def enrolled(user: User, seed: str = SEED) -> TOTPDevice:
    """An app that this person set up earlier."""
    device = TOTPDevice(user=user, key=seed, name="Phone", confirmed=True)
    device.save(force_insert=True)
    return device


def forget_use(user: User) -> None:
    """As if the last code were long ago, so that a test need not wait for the next one."""
    TOTPDevice.objects.filter(user=user).update(last_t=-1)


def with_recovery_code(user: User, text: str = "AAAA-BBBB-CCCC-DDDD") -> str:
    RecoveryCode.objects.create(user=user, digest=RecoveryCode.hash(text))
    return text
