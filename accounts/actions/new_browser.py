"""Somebody signs in where this person never did before: the owner is told."""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import override

from accounts import audit, authentication
from accounts.actions.security_notice import notify
from accounts.models import AuditEvent, Session, User
from accounts.models.user_agent import described
from accounts.notifications.moment import told
from accounts.notifications.outbox import language_of


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
    with override(language_of(user)):
        context = {
            "browser": described(request.headers.get("User-Agent", "")),
            "address": request.META.get("REMOTE_ADDR", ""),
            "brand": brand,
            **told(timezone.now(), user),
        }
    key = f"new_browser/{user.pk}/{here.pk}" if here else None
    notify(user, "new_browser", context=context, key=key)
