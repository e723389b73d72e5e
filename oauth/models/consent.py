"""What a person allows one client, remembered."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from oauth.models.client import Client


class Consent(models.Model):
    """One row for a person and a client; withdrawing it deletes the row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    scopes = ArrayField(models.CharField(max_length=100), default=list)
    # Claims asked for one by one (OIDC Core §5.5) and shown.
    claims = ArrayField(models.CharField(max_length=100), default=list)
    # Everything that was shown: scopes with a digest of their words, claims, APIs, redirect hosts.
    # A request with a part that is not among them is asked for again.
    parts = ArrayField(models.CharField(max_length=700), default=list)
    granted_at = models.DateTimeField(_("given"), default=timezone.now)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "client"], name="oauth_consent_unique")
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.client}"
