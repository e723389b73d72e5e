"""Somebody signs in where this person never did before: the owner is told."""

from django.http import HttpRequest

from accounts import audit, authentication
from accounts.actions.security_notice import notify
from accounts.models import AuditEvent, Session, User


def tell_of_new_browser(request: HttpRequest, user: User, brand: str = "") -> None:
    """Call before the session starts, in its transaction; of two at once only one mail is written.

    Not at the first sign-in of all: whoever opened the account a moment ago knows. `brand`: name
    of the app they were on the way to.
    """
    here = authentication.browser(request)
    if here is not None and Session.objects.filter(user=user, browser=here).exists():
        return
    if not AuditEvent.objects.filter(subject=user, name=audit.LOGIN).exists():
        return
    key = f"new_browser/{user.pk}/{here.pk}" if here else None
    notify(user, "new_browser", request=request, context={"brand": brand}, key=key)
