"""Which security mails still offer “That wasn’t me”, and how far back it reaches."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from accounts.models import User
from accounts.models.contact_change import UNDO

# While a mail works, all that was changed since can be taken back. Later, everything would be shut
# and the link to a new password sent to whoever changed the address.
LIFETIME = UNDO - timedelta(days=1)
_SAME_HAND = timedelta(days=1)


def reach(at: datetime, began: datetime | None) -> datetime:
    """From when on it is doubtful who acted, when something done at `at` was not the person.

    Whoever did that did the rest of their session too, up to a day: a thief adds a factor first and
    changes the address then, and longer sessions are the owner's with somebody else at the screen.
    """
    return at if began is None else max(min(began, at), at - _SAME_HAND)


def answer(user: User, since: datetime, until: datetime | None = None) -> None:
    """Within the caller's transaction, the user's row locked: a press answers those written from
    `since` on, up to `until`, which is how far it reached; None: now."""
    now = timezone.now()
    oldest = (now - LIFETIME).timestamp()
    entry = [since.timestamp(), (until or now).timestamp()]
    user.answered_mails = [*(one for one in user.answered_mails if one[1] > oldest), entry]
    user.locked_down_at = now
    user.save(update_fields=["locked_down_at", "answered_mails"])


def is_answered(user: User, at: datetime) -> bool:
    """One that lies in a mailbox given up must not shut the account again and again. Those from
    before what a press took back still work, each once: a thief's factor may be from then."""
    return any(since <= at.timestamp() <= until for since, until in user.answered_mails)


def next_press(user: User, at: datetime) -> datetime | None:
    """When the account was shut for the first time after a mail was written; None: never.

    What came after that is the owner's: an older mail does not reach it.
    """
    later = [until for _, until in user.answered_mails if until >= at.timestamp()]
    return datetime.fromtimestamp(min(later), UTC) if later else None
