"""Tell a person what happened to their account, by mail."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import override

from accounts import authentication
from accounts.actions.not_me import not_me_link
from accounts.audit import Peer, peer_of
from accounts.models import MessageDevice, User
from accounts.models.user_agent import described
from accounts.notifications import outbox
from accounts.notifications.moment import told
from idp.ground.canonical import kept_email_key

# Mails of this kind that tell of nothing a stranger could have done.
_NO_ALARM = frozenset(
    {"approval_waiting", "approval_granted", "approval_refused", "locked_down", "account_deleted"}
)


def notify(
    user: User,
    purpose: str,
    *,
    request: HttpRequest | Peer | None = None,
    context: dict[str, Any] | None = None,
    key: str | None = None,
    not_after: datetime | None = None,
    recipient: str = "",
) -> None:
    """Queue the notice in the transaction of what it tells.

    It goes to every mailbox the person has here, or to `recipient` alone (the address that is being
    left): a thief who holds one of them shall not be the only one who hears of it (NIST SP
    800-63B-4 §4.6). Who has no address gets none. It offers to say "That wasn't me".

    `request`: the one that did it. The mail then says where and when, by which its reader knows
    whether it was them; so never the request of an administrator.
    """
    words = dict(context or {})
    if request is not None:
        words |= _here(peer_of(request), user)
    if recipient:
        words["was_theirs"] = True
    elif purpose not in _NO_ALARM:
        here = authentication.began(request, user) if isinstance(request, HttpRequest) else None
        words["not_me_link"] = not_me_link(user, began=here)
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


def _here(peer: Peer, user: User) -> dict[str, str]:
    with override(outbox.language_of(user)):
        return {
            "browser": described(peer.user_agent),
            "address": peer.address or "",
            **told(timezone.now(), user),
        }


def addresses(user: User) -> list[str]:
    """The account's address, and the mailbox for codes where that is another one."""
    devices = MessageDevice.objects.filter(user=user, channel="email", confirmed=True)
    found = {
        kept_email_key(one): one
        for one in (user.email, *(row.destination for row in devices))
        if one
    }
    return list(found.values())
