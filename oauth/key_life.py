"""The life of a signing key: next → active → retired → deleted, and nobody notices.

A new key is published, waits longer than any cache of the JWKS, signs, keeps verifying for as long
as what it signed may live, and goes. One that leaked is revoked instead, from any state. Two
processes at work at once make one key.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from accounts import audit
from accounts.models import User
from oauth import audit_events
from oauth.models import SigningKey

# Each has a published key from the beginning: an app that starts to use one knows it already.
ALGORITHMS = ("RS256", "ES256", "PS256", "EdDSA")
PROCESS_FRESH = 30  # seconds after which a process reads the keys again
_LOCK = 0x5161_0002


class NoSuchKey(LookupError):
    """No signing key has this `kid`, or it is revoked already."""


@contextmanager
def _alone() -> Iterator[None]:
    """One at a time in the whole deployment, in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield


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
    private: Any = key.as_dict(private=True)
    return SigningKey.objects.create(
        kid=kid,
        alg=alg,
        state=state,
        public_jwk=public,
        private_jwk=private,
        created_at=now,
        activated_at=now if state == "active" else None,
    )


def _activate(key: SigningKey, now: datetime) -> None:
    SigningKey.objects.filter(pk=key.pk).update(state="active", activated_at=now)


def ensure(*algorithms: str) -> None:
    """Make sure that some key signs for each algorithm: the waiting one, else a new one."""
    with _alone():
        for alg in algorithms:
            if not SigningKey.objects.filter(alg=alg, state="active").exists():
                _sign_now(alg, timezone.now())


def _sign_now(alg: str, now: datetime) -> str:
    """Which key does: the waiting one, which is known already, else a new one."""
    waiting = SigningKey.objects.filter(alg=alg, state="next").first()
    if waiting is None:
        return _new(alg, "active", now).kid
    _activate(waiting, now)
    return waiting.kid


def revoke(
    kid: str, now: datetime, *, request: HttpRequest | None = None, actor: User | None = None
) -> list[str]:
    """Distrust a key that leaked, whatever its state; what was done, in words.

    It is published no longer, and whatever it signed is refused: access tokens end, and so do
    hints. If it was the one that signs, another signs from now on. Raises `NoSuchKey`.
    """
    with _alone():
        key = SigningKey.objects.filter(kid=kid).exclude(state="revoked").first()
        if key is None:
            raise NoSuchKey(kid)
        SigningKey.objects.filter(pk=key.pk).update(
            state="revoked", deleted_at=now, private_jwk=None
        )
        done = [f"{key.alg}: revoked {kid}"]
        if key.state == "active":
            done.append(f"{key.alg}: {_sign_now(key.alg, now)} signs now")
        audit.record(
            audit_events.KEY_ROTATED,
            request=request,
            actor=actor,
            reason="revoked",
            data={"steps": done},
        )
    return done


def rotate(
    now: datetime,
    *,
    at_once: bool = False,
    request: HttpRequest | None = None,
    actor: User | None = None,
) -> list[str]:
    """One step for every algorithm; what was done, in words. `at_once`: after a leak.

    Safe to call every minute from several places. `request`, `actor`: who asked, for the audit.
    """
    with _alone():
        # A new deployment: nobody has cached anything yet.
        is_new = not SigningKey.objects.exists()
        done = []
        for alg in ALGORITHMS:
            done += _step(alg, now, at_once=at_once or is_new)
        done += _delete(now)
        if done:
            audit.record(
                audit_events.KEY_ROTATED,
                request=request,
                actor=actor,
                reason="at_once" if at_once else "",
                data={"steps": done},
            )
    return done


def _step(alg: str, now: datetime, *, at_once: bool) -> list[str]:
    lead = timedelta(seconds=settings.SIGNET.jwks_max_age + 2 * PROCESS_FRESH + 60)
    life = timedelta(seconds=settings.SIGNET.signing_key_lifetime)
    active = SigningKey.objects.filter(alg=alg, state="active").first()
    waiting = SigningKey.objects.filter(alg=alg, state="next").first()
    done = []
    age = now - (active.activated_at or active.created_at) if active else life + lead
    if waiting is None and (at_once or age > life - lead):
        waiting = _new(alg, "next", now)
        done.append(f"{alg}: published {waiting.kid}")
    if waiting and (at_once or (age > life and now - waiting.created_at >= lead)):
        if active:
            # It signs nothing more, so its private half may go; the public one verifies.
            SigningKey.objects.filter(pk=active.pk).update(
                state="retired", retired_at=now, private_jwk=None
            )
        _activate(waiting, now)
        done.append(f"{alg}: {waiting.kid} signs now")
    return done


def _delete(now: datetime) -> list[str]:
    """Stop publishing retired keys when what they signed is dead."""
    longest = max(settings.SIGNET.access_token_lifetime, settings.SIGNET.id_token_lifetime, 86_400)
    over = now - timedelta(seconds=longest + 300)
    gone = list(SigningKey.objects.filter(state="retired", retired_at__lt=over))
    SigningKey.objects.filter(pk__in=[key.pk for key in gone]).update(
        state="deleted", deleted_at=now
    )
    return [f"{key.alg}: deleted {key.kid}" for key in gone]
