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
# While it works all that was changed since can be taken back. Later, everything would be shut and
# the link to a new password sent to whoever changed the address.
LIFETIME = UNDO - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reported:
    """Whose account it is, and the event (an id) that was not theirs; None: not said which.

    `since`: when the mail was written.
    """

    user: User
    event: int | None
    since: datetime


def not_me_link(user: User, event: AuditEvent | None = None) -> str:
    """For this person's own mailboxes alone: whoever opens it can shut the account.

    It signs nobody in and shows nothing of the account.
    """
    value = {
        "user": str(user.pk),
        "event": event.pk if event else None,
        "at": timezone.now().timestamp(),
    }
    query = urlencode({"token": signing.dumps(value, salt=_SALT)})
    return f"{settings.SIGNET.issuer}{reverse('accounts:not_me')}?{query}"


def open_not_me(token: str) -> Reported:
    """What the link says. Changes nothing: mail scanners open links too.

    Raises `LinkNotValid`, also when everything was shut since the mail was written.
    """
    try:
        value = signing.loads(token, salt=_SALT, max_age=LIFETIME)
        user = User.objects.get(pk=value["user"])
    except (signing.BadSignature, User.DoesNotExist):
        raise LinkNotValid from None
    since = datetime.fromtimestamp(value["at"], UTC)
    if is_used(user, since):
        raise LinkNotValid
    return Reported(user, value["event"], since)


def is_used(user: User, since: datetime) -> bool:
    """One press answers all the mails that were written before it: an old one that lies in a
    mailbox given up must not shut the account again and again."""
    return user.locked_down_at is not None and since <= user.locked_down_at
