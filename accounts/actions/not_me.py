"""The link “That wasn’t me” of security mails: signed, for one person, good for a while."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from accounts.actions.answered_mails import LIFETIME, is_answered, reach
from accounts.errors import LinkNotValid
from accounts.models import AuditEvent, User

_SALT = "accounts.not_me"


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
    if is_answered(user, at):
        raise LinkNotValid
    since = datetime.fromtimestamp(value.get("since", value["at"]), UTC)
    return Reported(user, value["event"], at, since)
