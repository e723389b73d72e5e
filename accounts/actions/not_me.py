"""The link “That wasn’t me” of security mails: signed, for one person, good for thirty days."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.errors import LinkNotValid
from accounts.models import AuditEvent, User

_SALT = "accounts.not_me"
LIFETIME = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Reported:
    """Whose account it is, and the event (an id) that was not theirs; None: not said which."""

    user: User
    event: int | None


def not_me_link(user: User, event: AuditEvent | None = None) -> str:
    """For this person's own mailboxes alone: whoever opens it can shut the account.

    It signs nobody in and shows nothing of the account.
    """
    value = {"user": str(user.pk), "event": event.pk if event else None}
    query = urlencode({"token": signing.dumps(value, salt=_SALT)})
    return f"{settings.SIGNET.issuer}{reverse('accounts:not_me')}?{query}"


def open_not_me(token: str) -> Reported:
    """What the link says. Changes nothing: mail scanners open links too. Raises `LinkNotValid`."""
    try:
        value = signing.loads(token, salt=_SALT, max_age=LIFETIME)
        return Reported(User.objects.get(pk=value["user"]), value["event"])
    except (signing.BadSignature, User.DoesNotExist):
        raise LinkNotValid from None
