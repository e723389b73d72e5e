"""argon2id with OWASP's first choice of costs, a bounded number at a time."""

from threading import BoundedSemaphore

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

# Hashing takes memory and a core: without a bound, a burst of logins would starve the tokens.
_AT_A_TIME = BoundedSemaphore(settings.SIGNET.argon2_concurrency)


class Argon2Hasher(Argon2PasswordHasher):
    """19 MiB, two passes, one lane (OWASP Password Storage): about 18 ms of one core."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with _AT_A_TIME:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _AT_A_TIME:
            return super().verify(password, encoded)
