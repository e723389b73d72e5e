"""What the change of an address and that of a phone number have in common."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts import authentication
from accounts.actions import one_time_code
from accounts.actions.one_time_code import Purpose
from accounts.models import ContactChange, OneTimeCode, User
from accounts.notifications.stale import void_codes
from accounts.throttling import Limit, claim

# The new value can be proven this long, by as many codes as it takes.
_OPEN = timedelta(hours=1)
_SENT_TWICE = timedelta(seconds=60)
UNDO = timedelta(days=14)
# Of the codes that prove one, see change_email.py and change_phone.py.
PURPOSES = ("change_email", "change_phone")


@dataclass(frozen=True, slots=True)
class Undo:
    """The secret of an undo link goes to the old mailbox or phone alone; kept is its SHA-256."""

    link: str
    digest: str


def begin(
    request: HttpRequest, user: User, kind: ContactChange.Kind, new: str, old: str
) -> ContactChange:
    """A change that nobody has proven: the same asked for a moment ago, else a new one.

    Older ones that were not finished are over.
    """
    for young in _unfinished(user, kind).filter(created_at__gt=timezone.now() - _SENT_TWICE):
        if young.new == new and young.old == old:
            return young
    end_unfinished(ContactChange.objects.filter(user=user, kind=kind))
    return ContactChange.objects.create(
        user=user,
        kind=kind,
        new=new,
        old=old,
        session_began_at=authentication.began(request, user),
        expires_at=timezone.now() + _OPEN,
    )


def _unfinished(user: User, kind: ContactChange.Kind) -> "QuerySet[ContactChange]":
    return ContactChange.objects.filter(
        user=user, kind=kind, completed_at=None, expires_at__gt=timezone.now()
    )


def end_unfinished(changes: "QuerySet[ContactChange]") -> None:
    """Nobody can prove these any more, and a code that still waits is not sent."""
    now = timezone.now()
    found = changes.filter(completed_at=None, expires_at__gt=now)
    pks = list(found.values_list("pk", flat=True))
    if pks:
        ContactChange.objects.filter(pk__in=pks, completed_at=None).update(expires_at=now)
        void_codes(OneTimeCode.objects.filter(purpose__in=PURPOSES, subject__in=pks))


def find(user: User, kind: ContactChange.Kind, key: str) -> ContactChange | None:
    """The person's own change that can still be proven; a stranger's is as unknown as none."""
    now = timezone.now()
    return _named(user, kind, key).filter(completed_at=None, expires_at__gt=now).first()


def is_done(user: User, kind: ContactChange.Kind, key: str) -> bool:
    """The same form sent twice: it was proven a moment ago."""
    since = timezone.now() - _SENT_TWICE
    return _named(user, kind, key).filter(completed_at__gt=since).exists()


def _named(user: User, kind: ContactChange.Kind, key: str) -> "QuerySet[ContactChange]":
    try:
        pk = uuid.UUID(key)
    except ValueError:
        return ContactChange.objects.none()
    return ContactChange.objects.filter(user=user, kind=kind, pk=pk)


def prove(request: HttpRequest, change: ContactChange, purpose: Purpose, code: str) -> None:
    """The guess counts against the person's budget, then against the code's.

    Raises `CodeNotRight` and `TooManyAttempts`.
    """
    claim([Limit(f"contact_code/{change.user_id}", burst=10, every=120)])
    one_time_code.check(request=request, purpose=purpose, subject=change.pk, code=code)


def finish(change: ContactChange, *, is_first: bool) -> Undo | None:
    """Within the caller's transaction: of two presses one finishes. None: the other one did.

    `is_first`: there was none before. Nobody gets a link then, but "That wasn't me" undoes it.
    """
    secret = secrets.token_urlsafe(32)
    undo = Undo(_undo_link(secret), digest_of(secret))
    now = timezone.now()
    mine = ContactChange.objects.filter(pk=change.pk, completed_at=None, expires_at__gt=now)
    done = mine.update(
        completed_at=now,
        undo_digest=undo.digest if change.old else None,
        undo_until=now + UNDO if change.old or is_first else None,
    )
    return undo if done else None


def digest_of(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _undo_link(secret: str) -> str:
    query = urlencode({"token": secret})
    return f"{settings.SIGNET.issuer}{reverse('accounts:undo_change')}?{query}"
