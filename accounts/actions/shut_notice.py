"""The mail of an account that was shut: what happened, and the link to go on with."""

from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

from accounts.actions.not_me import not_me_link
from accounts.actions.reset_password import send_link
from accounts.actions.security_notice import addresses
from accounts.models import Session, User
from accounts.notifications import outbox


def tell_shut(
    request: HttpRequest, user: User, *, linked: bool = True, by: Session | None = None
) -> bool:
    """Within the caller's transaction. Whether a link to a new password is on its way.

    It goes to the account's address alone; a further mailbox for codes only hears of it.
    `linked`: the password was taken, and the address is the owner's. `by`: the session of somebody
    signed in who did it, and stays; the owner can say that it was not them.
    """
    words = {"not_me_link": not_me_link(user, began=by.created_at)} if by else {}
    linked = bool(linked and user.email and user.is_active)
    if linked:
        send_link(request, user, user.email, was_shut=True, words=words)
    for address in addresses(user):
        if address != user.email or not linked:
            outbox.queue(
                channel="email",
                purpose="locked_down",
                recipient=address,
                user=user,
                context=words,
                not_after=timezone.now() + timedelta(days=3),
            )
    return linked
