"""Somebody signs in where this person never did before: the owner is told."""

from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

from accounts import audit, authentication
from accounts.actions.security_notice import notify
from accounts.actions.sign_in import is_known
from accounts.models import AuditEvent, Browser, OutboxMessage, Registration, Session, User

_YOUNG = timedelta(hours=1)
_MOST_MAILS = 10  # an hour


def tell_of_new_browser(request: HttpRequest, user: User, brand: str = "") -> None:
    """Call before the session starts, in its transaction; of two at once only one mail is written.

    Not at the first sign-in of all, where that is surely the owner's. `brand`: name of the app they
    were on the way to.
    """
    here = authentication.browser(request)
    mine = Session.objects.filter(user=user, browser=here)
    if here is not None and mine.by_the_person().exists():
        return
    if _is_owners_first(request, user, here):
        return
    # Whoever signs in again and again would bury the mail that matters; activity lists them all.
    if _told_lately(user) >= _MOST_MAILS:
        return
    key = f"new_browser/{user.pk}/{here.pk}/{mine.count()}" if here else None
    notify(user, "new_browser", request=request, context={"brand": brand}, key=key)


def _told_lately(user: User) -> int:
    since = timezone.now() - timedelta(hours=1)
    told = OutboxMessage.objects.filter(user=user, purpose="new_browser", created_at__gt=since)
    return int(told.count())


def _is_owners_first(request: HttpRequest, user: User, here: Browser | None) -> bool:
    """Nobody signed in before, and the account was made a moment ago or in this browser, or its
    mailbox proven here. One that somebody else made may have waited for years, and a stranger be
    the first to come in."""
    if AuditEvent.objects.filter(subject=user, name=audit.LOGIN).exists():
        return False
    return (
        user.created_at > timezone.now() - _YOUNG
        or is_known(request, user)
        or (here is not None and Registration.objects.filter(browser=here, user=user).exists())
    )
