"""The keys Signet signs with: next → active → retired → deleted, and nobody notices.

A new key is published, waits longer than any cache of the JWKS, signs, keeps verifying for as
long as what it signed may live, and goes. Processes read the keys once in a while; a key is
therefore used only after every process and every client had time to learn of it.
"""

import hashlib
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from accounts import audit
from oauth.models import SigningKey

_FRESH = 30.0  # seconds
_LOCK = 0x5161_0002
ALGORITHMS = ("RS256", "ES256", "PS256", "EdDSA")
ALWAYS = ("RS256", "ES256")


@dataclass(frozen=True)
class _Ring:
    signers: dict[str, tuple[str, Key]]
    verifiers: dict[str, tuple[str, Key]]
    published: bytes
    etag: str


_ring: tuple[float, _Ring] | None = None
_lock = threading.Lock()


def _generate(alg: str) -> Key:
    if alg in ("RS256", "PS256"):
        return RSAKey.generate_key(2048)
    if alg == "ES256":
        return ECKey.generate_key("P-256")
    return OKPKey.generate_key("Ed25519")


def _new(alg: str, state: str, now: datetime) -> SigningKey:
    key = _generate(alg)
    kid = key.thumbprint()
    public = {**key.as_dict(private=False), "kid": kid, "alg": alg, "use": "sig"}
    private = key.as_dict(private=True)
    return SigningKey.objects.create(
        kid=kid,
        alg=alg,
        state=state,
        public_jwk=public,
        private_jwk=private,
        created_at=now,
        activated_at=now if state == "active" else None,
    )


def _import(jwk: dict[str, Any]) -> Key:
    kind = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}[jwk["kty"]]
    return kind.import_key({**jwk, "use": "sig"})


def _load() -> _Ring:
    signers: dict[str, tuple[str, Key]] = {}
    verifiers: dict[str, tuple[str, Key]] = {}
    published = []
    for row in SigningKey.objects.order_by("alg", "-created_at"):
        verifiers[row.kid] = (row.alg, _import(row.public_jwk))
        if row.state == "active":
            signers[row.alg] = (row.kid, _import(row.private_jwk))
        if row.state != "deleted":
            published.append(row.public_jwk)
    body = orjson.dumps({"keys": published})
    return _Ring(signers, verifiers, body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


def _current() -> _Ring:
    global _ring  # noqa: PLW0603 - one ring a process
    known = _ring
    if known is None or time.monotonic() - known[0] > _FRESH:
        with _lock:
            if _ring is known:
                started = time.monotonic()
                found = _load()
                if not found.signers:
                    ensure(*ALWAYS)
                    found = _load()
                _ring = (started, found)
    assert _ring is not None  # noqa: S101 - just set
    return _ring[1]


def forget() -> None:
    """Read the keys anew (after a rotation in this process)."""
    global _ring  # noqa: PLW0603
    _ring = None


def signer(alg: str) -> tuple[str, Key]:
    """`kid` and private key that sign now; an algorithm asked for the first time gets its key."""
    found = _current().signers.get(alg)
    if found is None:
        ensure(alg)
        forget()
        found = _current().signers[alg]
    return found


def verifier(kid: str) -> tuple[str, Key] | None:
    """Algorithm and public key of one of our keys, deleted ones included."""
    return _current().verifiers.get(kid)


def jwks() -> tuple[bytes, str]:
    """The published set (RFC 7517 §5) and its ETag."""
    return _current().published, _current().etag


def ensure(*algorithms: str) -> None:
    """Make sure there is an active key for each algorithm; two processes make one."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        now = timezone.now()
        for alg in algorithms:
            if not SigningKey.objects.filter(alg=alg, state="active").exists():
                _new(alg, "active", now)


def _longest_use() -> timedelta:
    """What a retired key signed is dead after this."""
    longest = max(settings.SIGNET.access_token_lifetime, settings.SIGNET.id_token_lifetime, 86_400)
    return timedelta(seconds=longest + 300)


def rotate(now: datetime, *, at_once: bool = False) -> list[str]:
    """One step for every algorithm in use; what was done, in words. `at_once`: after a leak.

    Safe to call every minute from several places.
    """
    done = []
    lead = timedelta(seconds=settings.SIGNET.jwks_max_age + 2 * _FRESH + 60)
    life = timedelta(seconds=settings.SIGNET.signing_key_lifetime)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        used = set(SigningKey.objects.filter(state="active").values_list("alg", flat=True))
        for alg in sorted(used | set(ALWAYS)):
            active = SigningKey.objects.filter(alg=alg, state="active").first()
            waiting = SigningKey.objects.filter(alg=alg, state="next").first()
            if active is None:
                done.append(f"{alg}: made {_new(alg, 'active', now).kid}")
                continue
            old = now - (active.activated_at or active.created_at)
            if waiting is None and (at_once or old > life - lead):
                waiting = _new(alg, "next", now)
                done.append(f"{alg}: published {waiting.kid}")
            if waiting and (at_once or (old > life and now - waiting.created_at >= lead)):
                SigningKey.objects.filter(pk=active.pk).update(state="retired", retired_at=now)
                SigningKey.objects.filter(pk=waiting.pk).update(state="active", activated_at=now)
                done.append(f"{alg}: {waiting.kid} signs now")
        gone = SigningKey.objects.filter(state="retired", retired_at__lt=now - _longest_use())
        for row in gone:
            done.append(f"{row.alg}: deleted {row.kid}")
        gone.update(state="deleted", deleted_at=now, private_jwk=None)
        if done:
            audit.record(audit.KEY_ROTATED, data={"steps": done})
    forget()
    return done
