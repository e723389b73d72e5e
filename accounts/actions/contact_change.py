"""What the change of an address and that of a phone number have in common."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import one_time_code
from accounts.actions.one_time_code import Purpose
from accounts.models import ContactChange, User
from accounts.throttling import Limit, claim

# The new value can be proven this long, by as many codes as it takes.
_OPEN = timedelta(hours=1)
UNDO = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Undo:
    """The secret of an undo link goes to the old mailbox or phone alone; kept is its SHA-256."""

    link: str
    digest: str


def begin(user: User, kind: ContactChange.Kind, new: str, old: str) -> ContactChange:
    """A change that nobody has proven. Older ones that were not finished are over."""
    now = timezone.now()
    unfinished = ContactChange.objects.filter(user=user, kind=kind, completed_at=None)
    unfinished.update(expires_at=now)
    return ContactChange.objects.create(
        user=user, kind=kind, new=new, old=old, expires_at=now + _OPEN
    )


def find(user: User, kind: ContactChange.Kind, key: str) -> ContactChange | None:
    """The person's own change that can still be proven; a stranger's is as unknown as none."""
    try:
        pk = uuid.UUID(key)
    except ValueError:
        return None
    open_ones = ContactChange.objects.filter(
        user=user, kind=kind, completed_at=None, expires_at__gt=timezone.now()
    )
    return open_ones.filter(pk=pk).first()


def prove(request: HttpRequest, change: ContactChange, purpose: Purpose, code: str) -> None:
    """The guess counts against the person's budget, then against the code's.

    Raises `CodeNotRight` and `TooManyAttempts`.
    """
    claim([Limit(f"contact_code/{change.user_id}", burst=10, every=120)])
    one_time_code.check(request=request, purpose=purpose, subject=change.pk, code=code)


def finish(change: ContactChange) -> Undo | None:
    """Within the caller's transaction: of two presses one finishes. None: the other one did."""
    secret = secrets.token_urlsafe(32)
    undo = Undo(_undo_link(secret), digest_of(secret))
    now = timezone.now()
    mine = ContactChange.objects.filter(pk=change.pk, completed_at=None, expires_at__gt=now)
    done = mine.update(
        completed_at=now,
        undo_digest=undo.digest if change.old else None,
        undo_until=now + UNDO if change.old else None,
    )
    return undo if done else None


def digest_of(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _undo_link(secret: str) -> str:
    query = urlencode({"token": secret})
    return f"{settings.SIGNET.issuer}{reverse('accounts:undo_change')}?{query}"
