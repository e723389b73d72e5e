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
from accounts.models.contact_change import ESTABLISHED, UNDO
from accounts.notifications.stale import void_codes
from accounts.throttling import Limit, claim
from idp.ground.canonical import kept_email_key

# The new value can be proven this long, by as many codes as it takes.
_OPEN = timedelta(hours=1)
_SENT_TWICE = timedelta(seconds=60)
# Of the codes that prove one, see change_email.py and change_phone.py.
PURPOSES = ("change_email", "change_phone")


@dataclass(frozen=True, slots=True)
class Done:
    """A change that happened. `link`: undoes it, for the old mailbox or phone alone; empty where
    there is none, it was not proven, or this is the way back itself.

    `left`: the values that codes of a second factor may go to and must not any more.
    """

    link: str
    left: tuple[str, ...]


def begin(
    request: HttpRequest,
    user: User,
    kind: ContactChange.Kind,
    new: str,
    old: str,
    *,
    old_proven: bool,
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
        old_proven=old_proven,
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


def finish(change: ContactChange) -> Done | None:
    """Within the caller's transaction, the user's row locked: of two presses one finishes. None:
    the other one did.

    The owner may put right by hand what a thief changed: that is the undoing of his change, and he
    gets no link that undoes it again.
    """
    now = timezone.now()
    is_same = same(change.kind, change.old, change.new)
    undone = None if is_same else _undone_by(change)
    linked = change.old and change.old_proven and not is_same and not undone
    # A link to another number gives that back alone, and brings nobody in.
    if came_lately(change) and (change.kind == ContactChange.Kind.EMAIL or not change.new):
        linked = False
    secret = secrets.token_urlsafe(32) if linked else ""
    mine = ContactChange.objects.filter(pk=change.pk, completed_at=None, expires_at__gt=now)
    done = mine.update(
        completed_at=now,
        undo_digest=digest_of(secret) if secret else None,
        undo_until=None if is_same or undone else now + UNDO,
        # A way back is none of the changes that brought a doubtful value.
        undone_at=now if undone else None,
    )
    if not done:
        return None
    left = (change.old,)
    if undone is not None:
        left += close(undone)
    return Done(_undo_link(secret) if secret else "", left)


def close(change: ContactChange) -> tuple[str, ...]:
    """Nobody undoes it any more, nor what came after it: whoever made this change made those too,
    and holds their links. What they changed it to."""
    later = ContactChange.objects.filter(
        user=change.user_id, kind=change.kind, completed_at__gte=change.completed_at
    )
    found = tuple(one.new for one in later if one.new)
    later.filter(undone_at=None).update(undone_at=timezone.now())
    return found


def same(kind: str, one: str, other: str) -> bool:
    """Two spellings of one address are one."""
    if kind == ContactChange.Kind.EMAIL:
        return kept_email_key(one) == kept_email_key(other)
    return one == other


def came_lately(change: ContactChange) -> bool:
    """The value that was left had come a few days before: it may be a thief's, who would bring
    himself back by the link when the owner puts another in its place."""
    at = change.completed_at or timezone.now()
    before = ContactChange.objects.filter(
        user=change.user_id,
        kind=change.kind,
        completed_at__gt=at - ESTABLISHED,
        completed_at__lt=at,
    )
    return any(same(one.kind, one.new, change.old) for one in before)


def _undone_by(change: ContactChange) -> ContactChange | None:
    """The first change, of those of the last days, from what this one sets.

    Not by taking a number away, which proves nothing; nor back to what nobody proved, or to what
    came by such a change itself: a thief could go to and fro between two of his own.
    """
    if not change.new:
        return None
    seen: list[str] = []
    for one in _living(change):
        if one.old_proven and _is_recent(one) and same(one.kind, one.old, change.new):
            return None if any(same(one.kind, new, one.old) for new in seen) else one
        seen.append(one.new)
    return None


def _living(change: ContactChange) -> "QuerySet[ContactChange]":
    """Those of the same kind that can still be undone, the oldest first."""
    found = ContactChange.objects.filter(user=change.user_id, kind=change.kind, undone_at=None)
    return found.filter(undo_until__gt=timezone.now()).order_by("completed_at")


def _is_recent(change: ContactChange) -> bool:
    at = change.completed_at
    return at is not None and at > timezone.now() - ESTABLISHED


def digest_of(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _undo_link(secret: str) -> str:
    query = urlencode({"token": secret})
    return f"{settings.SIGNET.issuer}{reverse('accounts:undo_change')}?{query}"
