"""A browser in which a person need not show the second factor again for some time."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.browser import Browser
from accounts.models.user import User


class TrustedBrowserQuerySet(models.QuerySet["TrustedBrowser"]):
    def living(self, now: datetime | None = None) -> "TrustedBrowserQuerySet":
        return self.filter(expires_at__gt=now or timezone.now())


class TrustedBrowser(models.Model):
    """Spares the second factor alone, never the first; gone with the password it was given for."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="trusted_browsers")
    browser = models.ForeignKey(Browser, on_delete=models.CASCADE, related_name="trusted_by")
    # The password state it was given under (see accounts/actions/sign_in.py).
    password_state = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()

    objects = TrustedBrowserQuerySet.as_manager()

    class Meta:
        verbose_name = _("trusted browser")
        verbose_name_plural = _("trusted browsers")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "browser"], name="accounts_trusted_browser_unique"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["expires_at"], name="accounts_trusted_expiry")
        ]

    def __str__(self) -> str:
        return str(self.browser)
