"""Tell a person what happened to their account, by mail."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.actions.not_me import not_me_link
from accounts.models import MessageDevice, User
from accounts.notifications import outbox
from idp.ground.canonical import NotCanonical, email_key

# Mails of this kind that tell of nothing a stranger could have done.
_NO_ALARM = frozenset(
    {"approval_waiting", "approval_granted", "approval_refused", "locked_down", "account_deleted"}
)


def notify(
    user: User,
    purpose: str,
    *,
    context: dict[str, Any] | None = None,
    key: str | None = None,
    not_after: datetime | None = None,
    recipient: str = "",
) -> None:
    """Queue the notice in the transaction of what it tells.

    It goes to every mailbox the person has here, or to `recipient` alone (the address that is being
    left): a thief who holds one of them shall not be the only one who hears of it (NIST SP
    800-63B-4 §4.6). Who has no address gets none. It offers to say "That wasn't me".
    """
    words = dict(context or {})
    if not recipient and purpose not in _NO_ALARM:
        words["not_me_link"] = not_me_link(user)
    for number, address in enumerate([recipient] if recipient else addresses(user)):
        outbox.queue(
            channel="email",
            purpose=purpose,
            recipient=address,
            user=user,
            context=words,
            key=f"{key}/{number}" if key and number else key,
            not_after=not_after or timezone.now() + timedelta(days=3),
        )


def addresses(user: User) -> list[str]:
    """The account's address, and the mailbox for codes where that is another one."""
    devices = MessageDevice.objects.filter(user=user, channel="email", confirmed=True)
    found = {_key(one): one for one in (user.email, *(row.destination for row in devices)) if one}
    return list(found.values())


def _key(address: str) -> str:
    try:
        return email_key(address)
    except NotCanonical:
        return address
