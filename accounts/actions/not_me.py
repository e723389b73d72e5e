"""The link “That wasn’t me” of security mails: signed, for one person, good for a while."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from accounts.actions.contact_change import UNDO
from accounts.errors import LinkNotValid
from accounts.models import AuditEvent, User

_SALT = "accounts.not_me"
_SAME_HAND = timedelta(days=1)
# While it works all that was changed since can be taken back. Later, everything would be shut and
# the link to a new password sent to whoever changed the address.
LIFETIME = UNDO - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reported:
    """Whose account it is, and the event (an id) that was not theirs; None: not said which.

    `at`: when the mail was written; `since`: when the session began in which that was done.
    """

    user: User
    event: int | None
    at: datetime
    since: datetime


def not_me_link(user: User, event: AuditEvent | None = None, began: datetime | None = None) -> str:
    """For this person's own mailboxes alone: whoever opens it can shut the account.

    `began`: when the session began in which it was done. It signs nobody in and shows nothing of
    the account.
    """
    now = timezone.now()
    value = {
        "user": str(user.pk),
        "event": event.pk if event else None,
        "at": now.timestamp(),
        "since": reach(now, began).timestamp(),
    }
    query = urlencode({"token": signing.dumps(value, salt=_SALT)})
    return f"{settings.SIGNET.issuer}{reverse('accounts:not_me')}?{query}"


def open_not_me(token: str) -> Reported:
    """What the link says. Changes nothing: mail scanners open links too.

    Raises `LinkNotValid`, also when a press has answered this mail.
    """
    try:
        value = signing.loads(token, salt=_SALT, max_age=LIFETIME)
        user = User.objects.get(pk=value["user"])
    except (signing.BadSignature, User.DoesNotExist):
        raise LinkNotValid from None
    at = datetime.fromtimestamp(value["at"], UTC)
    if is_used(user, at):
        raise LinkNotValid
    return Reported(user, value["event"], at, datetime.fromtimestamp(value["since"], UTC))


def reach(at: datetime, began: datetime | None) -> datetime:
    """From when on it is doubtful who acted, when something done at `at` was not the person.

    Whoever did that did the rest of their session too, up to a day: a thief adds a factor first and
    changes the address then, and longer sessions are the owner's with somebody else at the screen.
    """
    return at if began is None else max(min(began, at), at - _SAME_HAND)


def answer_mails(user: User, since: datetime) -> None:
    """Within the caller's transaction, the user's row locked: those written from `since` on."""
    user.locked_down_at, user.locked_down_since = timezone.now(), since
    user.save(update_fields=["locked_down_at", "locked_down_since"])


def is_used(user: User, at: datetime) -> bool:
    """One press answers all the mails written since what it took back: one that lies in a mailbox
    given up must not shut the account again and again. Older ones reach further back, and a
    thief's factor may be from then: those still work, each once."""
    until, since = user.locked_down_at, user.locked_down_since
    return until is not None and at <= until and (since is None or at >= since)
