"""The keys Signet signs and verifies with, as a process keeps them: read now and then, never asked
the database for on the way to a token."""

import json
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import orjson
import structlog
from django.db import Error, connection
from django.http import HttpRequest
from joserfc.jwk import Key, import_key

from accounts.models import User
from oauth import etag, key_life
from oauth.key_life import ALGORITHMS, NoSuchKey
from oauth.models import SigningKey

_log = structlog.get_logger("oauth.keys")
# Seconds: until the next try when the database is away, and between two for an unknown `kid`.
_AGAIN = 2.0


@dataclass(frozen=True)
class _Ring:
    signers: dict[str, tuple[str, Key]]
    verifiers: dict[str, tuple[str, Key]]
    remembered: dict[str, tuple[str, Key]]
    published: bytes
    etag: str


# When to read again (monotonic clock), and what was read.
_ring: tuple[float, _Ring] | None = None
# When an unknown `kid` made this process read (monotonic clock).
_looked = float("-inf")
_lock = threading.Lock()


@lru_cache(maxsize=256)
def _key(jwk: str) -> Key:
    """Kept, because reading an RSA key checks its primes: 29 ms (performance.md A)."""
    return import_key({**json.loads(jwk), "use": "sig"})


def _load() -> _Ring:
    signers: dict[str, tuple[str, Key]] = {}
    verifiers: dict[str, tuple[str, Key]] = {}
    remembered: dict[str, tuple[str, Key]] = {}
    published = []
    for row in SigningKey.objects.exclude(state="revoked").order_by("alg", "-created_at"):
        found = (row.alg, _key(json.dumps(row.public_jwk)))
        if row.state == "deleted":
            remembered[row.kid] = found
            continue
        verifiers[row.kid] = found
        published.append(row.public_jwk)
        if row.state == "active":
            signers[row.alg] = (row.kid, _key(json.dumps(row.private_jwk)))
    body = orjson.dumps({"keys": published})
    return _Ring(signers, verifiers, remembered, body, etag.of(body))


def _read(known: _Ring | None) -> _Ring:
    global _ring
    started = time.monotonic()
    try:
        found = _load()
    except Error:
        if known is None:
            raise
        # What was good half a minute ago goes on signing while the database is away.
        _log.warning("keys_not_read")
        _ring = (started + _AGAIN, known)
        return known
    if not found.signers:
        key_life.ensure(*ALGORITHMS)
        found = _load()
        if connection.in_atomic_block:
            return found  # not kept: this transaction may be rolled back, and the keys with it
    _ring = (started + key_life.PROCESS_FRESH, found)
    return found


def _current() -> _Ring:
    known = _ring
    if known is not None and time.monotonic() < known[0]:
        return known[1]
    # While one thread reads, the others go on with what they have.
    if not _lock.acquire(blocking=known is None):
        assert known is not None  # noqa: S101 - a blocking acquire does not fail
        return known[1]
    try:
        latest = _ring
        if latest is not known and latest is not None:
            return latest[1]
        return _read(known[1] if known else None)
    finally:
        _lock.release()


def _anew(known: _Ring) -> _Ring:
    """For a `kid` nobody here knows: another process may sign with it since a moment ago.

    Whoever sends made-up ones makes a process read once in `_AGAIN` seconds, not once a request.
    """
    global _looked
    if not _lock.acquire(timeout=_AGAIN):
        return known  # the database hangs: nobody waits for it in a queue
    try:
        latest = _ring[1] if _ring else known
        if latest is not known or time.monotonic() < _looked + _AGAIN:
            return latest
        _looked = time.monotonic()
        return _read(known)
    finally:
        _lock.release()


def forget() -> None:
    """Read the keys anew at the next use (after a rotation in this process)."""
    global _ring, _looked
    _ring, _looked = None, float("-inf")


def signer(alg: str) -> tuple[str, Key]:
    """`kid` and private key that sign now; an algorithm asked for the first time gets its key."""
    found = _current().signers.get(alg)
    if found is None:
        key_life.ensure(alg)
        forget()
        # Not kept, as above: only a committed key may be remembered.
        found = _load().signers[alg]
    return found


def verifier(kid: str, *, old: bool = False) -> tuple[str, Key] | None:
    """Algorithm and public key of one of our keys.

    `old`: also of deleted ones, whose tokens are all over, but which still say who was meant.
    """
    ring = _current()
    if kid not in ring.verifiers and kid not in ring.remembered:
        ring = _anew(ring)
    return ring.verifiers.get(kid) or (ring.remembered.get(kid) if old else None)


def jwks() -> tuple[bytes, str]:
    """The published set (RFC 7517 §5) and its ETag."""
    ring = _current()
    return ring.published, ring.etag


def rotate(
    now: datetime,
    *,
    at_once: bool = False,
    request: HttpRequest | None = None,
    actor: User | None = None,
) -> list[str]:
    """As `key_life.rotate`; this process learns of it at once."""
    done = key_life.rotate(now, at_once=at_once, request=request, actor=actor)
    forget()
    return done


def revoke(
    kid: str, now: datetime, *, request: HttpRequest | None = None, actor: User | None = None
) -> list[str]:
    """As `key_life.revoke`; the other processes distrust it within `PROCESS_FRESH` seconds."""
    done = key_life.revoke(kid, now, request=request, actor=actor)
    forget()
    return done


__all__ = [
    "ALGORITHMS",
    "NoSuchKey",
    "forget",
    "jwks",
    "revoke",
    "rotate",
    "signer",
    "verifier",
]
