"""One account, signed in in one browser."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.browser import Browser
from accounts.models.user import User


class SessionQuerySet(models.QuerySet["Session"]):
    def living(self, now: datetime | None = None) -> "SessionQuerySet":
        """Not ended, within idle and absolute time, of this deployment's epoch."""
        now = now or timezone.now()
        return self.filter(
            ended_at=None,
            expires_at__gt=now,
            last_used_at__gt=now - timedelta(seconds=settings.SIGNET.session_idle),
            epoch=settings.SIGNET.epoch,
            user__is_active=True,
        )

    def by_the_person(self) -> "SessionQuerySet":
        """Those by which a browser is known as the person's, ended ones included: not a thief's,
        of which the owner said so."""
        return self.exclude(end_reason="not_me")

    def close(self, reason: str, now: datetime | None = None) -> int:
        """End every one that still lives; say how many this call ended."""
        return self.filter(ended_at=None).update(ended_at=now or timezone.now(), end_reason=reason)


class Session(models.Model):
    """Written by accounts/authentication.py and nobody else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    browser = models.ForeignKey(Browser, on_delete=models.CASCADE, related_name="sessions")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    is_default = models.BooleanField(default=True)
    auth_time = models.DateTimeField(_("signed in"))
    amr = ArrayField(models.CharField(max_length=20), default=list)
    acr = models.CharField(max_length=100, blank=True, default="")
    # The person last proved anything here: at the sign-in, or when asked again since.
    confirmed_at = models.DateTimeField(default=timezone.now, db_default=Now())
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(_("last used"), default=timezone.now)
    expires_at = models.DateTimeField(_("ends at the latest"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    end_reason = models.CharField(max_length=40, blank=True, default="")
    epoch = models.PositiveIntegerField(default=0)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "-last_used_at"], name="accounts_session_of_user"),
            models.Index(fields=["expires_at"], name="accounts_session_expiry"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Two racing logins of one person in one browser cannot make two sessions.
            models.UniqueConstraint(
                fields=["browser", "user"],
                condition=Q(ended_at=None),
                name="accounts_session_one_per_person",
            ),
            models.UniqueConstraint(
                fields=["browser"],
                condition=Q(ended_at=None, is_default=True),
                name="accounts_session_one_default",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.auth_time:%Y-%m-%d %H:%M}"
