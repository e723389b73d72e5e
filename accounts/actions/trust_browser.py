"""Spare a person the second factor in one browser, for some time and until they say otherwise."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.actions.sign_in import password_state
from accounts.models import Browser, TrustedBrowser, User


def trust_browser(*, request: HttpRequest, user: User, browser: Browser) -> None:
    """From now on, for `trusted_browser_lifetime` seconds; ends with the password."""
    lifetime = settings.SIGNET.trusted_browser_lifetime
    if not lifetime:
        return
    now = timezone.now()
    with transaction.atomic():
        TrustedBrowser.objects.update_or_create(
            user=user,
            browser=browser,
            defaults={
                "password_state": password_state(user),
                "created_at": now,
                "expires_at": now + timedelta(seconds=lifetime),
            },
        )
        audit.record(
            audit.BROWSER_TRUSTED,
            request=request,
            actor=user,
            subject=user,
            data={"browser": str(browser.pk)},
        )


def distrust(*, request: HttpRequest, user: User, trusted: uuid.UUID) -> bool:
    """Whether this person had that browser among the trusted ones; it is no longer."""
    with transaction.atomic():
        found = TrustedBrowser.objects.filter(pk=trusted, user=user)
        gone, _ = found.delete()
        if gone:
            audit.record(audit.BROWSER_DISTRUSTED, request=request, actor=user, subject=user)
    return bool(gone)
