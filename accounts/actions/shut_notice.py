"""The mail of an account that was shut: what happened, and the link to go on with."""

from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

from accounts.actions.not_me import not_me_link
from accounts.actions.reset_password import send_link
from accounts.actions.security_notice import addresses
from accounts.models import User
from accounts.notifications import outbox


def tell_shut(request: HttpRequest, user: User, *, by_person: bool = False) -> bool:
    """Within the caller's transaction. Whether a link to a new password is on its way.

    It goes to the account's address alone; a further mailbox for codes only hears of it.
    `by_person`: somebody signed in did it, and stays. The owner can say that it was not them.
    """
    words = {"not_me_link": not_me_link(user)} if by_person else {}
    linked = bool(user.email and user.is_active)
    if linked:
        send_link(request, user, user.email, was_shut=True, words=words)
    for address in addresses(user):
        if address != user.email:
            outbox.queue(
                channel="email",
                purpose="locked_down",
                recipient=address,
                user=user,
                context=words,
                not_after=timezone.now() + timedelta(days=3),
            )
    return linked
