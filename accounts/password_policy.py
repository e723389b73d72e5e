"""Which passwords may be chosen: length and a block-list, nothing about composition.

NIST SP 800-63B-4 §3.1.1.2: 15 characters where the password is the only factor, at least 64
allowed, all of Unicode after NFC, compared whole against a block-list, with the reason told.
"""

import unicodedata
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator

from accounts.errors import PasswordRefused
from accounts.models import User

MAX_LENGTH = 1_024  # beyond it hashing would be a gift to whoever floods us
_NAME_COUNTS = 4  # shorter names occur in good passwords by chance
_ENOUGH_BESIDE_NAMES = 8
_DECORATION = 6  # digits and signs around a word that add nothing worth the name
# Ways of typing without thinking; each is also read backwards and around its end.
_RUNS = tuple(
    way * 3
    for row in (
        "0123456789", "1234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl",
        "zxcvbnm", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiop", "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
        "1q2w3e4r5t6y7u8i9o0p", "!@#$%^&*()",
    )
    for way in (row, row[::-1])
)  # fmt: skip


def normalised(password: str) -> str:
    """NFC, so that one password typed on two keyboards is one password."""
    return unicodedata.normalize("NFC", password)


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
    folded = _folded(password)
    if _is_common(folded):
        reasons.append("common")
    if _is_personal(folded, user):
        reasons.append("personal")
    if reasons:
        raise PasswordRefused(tuple(reasons))
    return password


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@lru_cache(maxsize=1)
def _blocked() -> frozenset[str]:
    words: set[str] = set(CommonPasswordValidator().passwords)
    if settings.SIGNET.password_block_list:
        text = Path(settings.SIGNET.password_block_list).read_text(encoding="utf-8")
        words |= {_folded(line.strip()) for line in text.splitlines()}
    return frozenset(words)


def _is_common(folded: str) -> bool:
    if folded in _blocked() or _is_typed_blindly(folded):
        return True
    word = folded
    while word and not word[0].isalpha():
        word = word[1:]
    while word and not word[-1].isalpha():
        word = word[:-1]
    before, _, after = folded.partition(word) if word else (folded, "", "")
    if not all(len(part) <= _DECORATION or _is_typed_blindly(part) for part in (before, after)):
        return False
    return word in _blocked() or _is_typed_blindly(word)


def _is_typed_blindly(text: str) -> bool:
    """A run over the keyboard or the alphabet, or one of these or a listed word over and over."""
    for size in range(1, len(text) + 1):
        unit = text[:size]
        if (unit * (len(text) // size + 1))[: len(text)] != text:
            continue
        whole = size == len(text)
        return (
            any(unit in run for run in _RUNS)
            or (size <= 2 and not whole)
            or (unit in _blocked() and not whole)
        )
    return False


def _is_personal(folded: str, user: User | None) -> bool:
    """Whether names carry the password: what is left without them would be too short alone."""
    host = urlsplit(settings.SIGNET.issuer).hostname or ""
    names = ["signet", host, *host.split(".")]
    if user is not None:
        names += [user.username, user.email, user.email.partition("@")[0], user.nickname]
        names += [user.given_name, user.family_name, *user.name.split()]
    rest = folded
    for name in sorted({_folded(name) for name in names}, key=len, reverse=True):
        if len(name) >= _NAME_COUNTS:
            rest = rest.replace(name, "")
    return rest != folded and len(rest) < _ENOUGH_BESIDE_NAMES
