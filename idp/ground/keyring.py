"""The ring of encryption keys, and one derived key for each purpose."""

import base64
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class UnknownKey(LookupError):
    """The ring no longer holds the key that a value names."""


@lru_cache(maxsize=4)
def _parsed(entries: tuple[str, ...]) -> dict[str, str]:
    return dict(entry.split(":", 1) for entry in entries)


def _ring() -> dict[str, str]:
    return _parsed(settings.SIGNET.keys)


def key_ids() -> tuple[str, ...]:
    """Ids of the ring, the current one first."""
    return tuple(_ring())


@lru_cache(maxsize=256)
def _derive(entry: str, purpose: str, length: int) -> bytes:
    raw = base64.urlsafe_b64decode(entry + "=" * (-len(entry) % 4))
    return HKDF(SHA256(), length, salt=None, info=f"signet/{purpose}".encode()).derive(raw)


def subkey(purpose: str, key_id: str | None = None, length: int = 32) -> tuple[str, bytes]:
    """The id of a ring key (the current one by default) and `length` bytes for `purpose`.

    One HKDF subkey per purpose (RFC 5869): a value sealed for one purpose opens for no other.
    Raises `UnknownKey`.
    """
    ring = _ring()
    key_id = key_id if key_id is not None else next(iter(ring))
    if key_id not in ring:
        raise UnknownKey(key_id)
    return key_id, _derive(ring[key_id], purpose, length)
