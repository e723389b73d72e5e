"""argon2id with OWASP's first choice of costs, and every hash within one bound.

Hashing takes memory and a core, so only a few run at a time. Others wait a moment for their turn,
but waiting holds a thread, and the last thread of a web process is never taken: a burst of logins
must not starve the tokens.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.contrib.auth import hashers as django_hashers

from accounts.errors import Busy

_PATIENCE = 2.0  # seconds; a turn comes every few milliseconds, so longer means: far too many
_MOST = max(1, settings.SIGNET.web_threads - 1)
_AT_A_TIME = BoundedSemaphore(min(settings.SIGNET.argon2_concurrency, _MOST))
_COMPUTING_OR_WAITING = BoundedSemaphore(_MOST)


@contextmanager
def _turn() -> Iterator[None]:
    if not _COMPUTING_OR_WAITING.acquire(blocking=False):
        raise Busy
    try:
        if not _AT_A_TIME.acquire(timeout=_PATIENCE):
            raise Busy(round(_PATIENCE))
        try:
            yield
        finally:
            _AT_A_TIME.release()
    finally:
        _COMPUTING_OR_WAITING.release()


class _Bounded:
    """Mixed in before one of Django's hashers, whose `verify` ends in `encode`. Raises `Busy`."""

    def encode(self, *args: Any, **kwargs: Any) -> str:
        with _turn():
            return super().encode(*args, **kwargs)  # type: ignore[misc,no-any-return]


class Argon2Hasher(_Bounded, django_hashers.Argon2PasswordHasher):
    """19 MiB, two passes, one lane (OWASP Password Storage): about 18 ms of one core."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1

    def verify(self, password: str, encoded: str) -> bool:
        with _turn():  # argon2 compares by itself, without `encode`
            return super().verify(password, encoded)


# Hashes that people bring along from elsewhere: accepted, and replaced at the first login.


class PBKDF2Hasher(_Bounded, django_hashers.PBKDF2PasswordHasher):
    pass


class PBKDF2SHA1Hasher(_Bounded, django_hashers.PBKDF2SHA1PasswordHasher):
    pass


class ScryptHasher(_Bounded, django_hashers.ScryptPasswordHasher):
    # Bytes: OpenSSL's own 32 MiB refuse what others use (N = 2**17, r = 8 needs 128 MiB).
    maxmem = 2**28


class BCryptSHA256Hasher(_Bounded, django_hashers.BCryptSHA256PasswordHasher):
    pass
