"""Which passwords may be chosen: length and a block-list, nothing about composition.

NIST SP 800-63B-4 §3.1.1.2: 15 characters where the password is the only factor, at least 64
allowed, all of Unicode after NFC, compared whole against a block-list, with the reason told.
"""

import unicodedata
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator

from accounts.errors import PasswordRefused
from accounts.models import User

MAX_LENGTH = 1_024  # beyond it hashing would be a gift to whoever floods us
_SERVICE = ("signet",)


def normalised(password: str) -> str:
    """NFC, so that one password typed on two keyboards is one password."""
    return unicodedata.normalize("NFC", password)


@lru_cache(maxsize=1)
def _blocked() -> frozenset[str]:
    words: set[str] = set(CommonPasswordValidator().passwords)
    if settings.SIGNET.password_block_list:
        text = Path(settings.SIGNET.password_block_list).read_text(encoding="utf-8")
        words |= {line.strip().casefold() for line in text.splitlines()}
    return frozenset(words)


def _is_common(folded: str) -> bool:
    # A listed word written several times, or one character over and over, is as common.
    for size in range(1, len(folded) // 2 + 1):
        if len(folded) % size == 0 and folded == folded[:size] * (len(folded) // size):
            return size <= 2 or folded[:size] in _blocked()
    return folded in _blocked()


def _is_personal(folded: str, user: User | None) -> bool:
    names = [*_SERVICE]
    if user is not None:
        names += [user.username, user.email, user.email.partition("@")[0], user.family_name]
    rest = folded
    for name in sorted(
        {name.casefold() for name in names if len(name) >= 4}, key=len, reverse=True
    ):
        rest = rest.replace(name, "")
    # Refused when the name carries the password: what is left of it would be too short alone.
    return rest != folded and len(rest) < 8


def check(password: str, user: User | None = None) -> str:
    """The password in the form that is hashed. Raises `PasswordRefused` with every reason."""
    if len(password) > MAX_LENGTH:
        raise PasswordRefused(("long",))
    password = normalised(password)
    reasons = []
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in password):
        reasons.append("characters")
    if len(password) < settings.SIGNET.password_min_length:
        reasons.append("short")
    folded = password.casefold()
    if _is_common(folded):
        reasons.append("common")
    if _is_personal(folded, user):
        reasons.append("personal")
    if reasons:
        raise PasswordRefused(tuple(reasons))
    return password
