"""One yes of one person to one client: one row from the code to the last refresh."""

import secrets
import uuid
from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Session, User
from oauth.models.client import Client
from oauth.models.subject import Subject


def new_secret() -> bytes:
    """128 random bits: a database dump without the key ring yields no token, nor the reverse."""
    return secrets.token_bytes(16)


class AuthorizationQuerySet(models.QuerySet["Authorization"]):
    def living(self, now: datetime | None = None) -> "AuthorizationQuerySet":
        return self.filter(revoked_at=None, refused_at=None, expires_at__gt=now or timezone.now())

    def revoke(self, reason: str, now: datetime | None = None) -> int:
        """End all of them that still live; the number this call ended."""
        return self.filter(revoked_at=None).update(
            revoked_at=now or timezone.now(), revoke_reason=reason
        )


class Authorization(models.Model):
    """Codes and refresh tokens are derived from this row, never stored (design §4)."""

    class Kind(models.TextChoices):
        CODE = "code", _("authorization code")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request_id = models.UUIDField(unique=True)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.CODE)
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="authorizations")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="authorizations")
    # What the client knows the person by; a row of its own, so that it never changes.
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(
        Session, null=True, on_delete=models.SET_NULL, related_name="authorizations"
    )
    # Survives the session (offline_access granted).
    offline = models.BooleanField(_("offline"), default=False)
    # A refresh token may be derived from this row at all.
    refreshable = models.BooleanField(default=False)
    scopes = ArrayField(models.CharField(max_length=100), default=list)
    claims_request = models.JSONField(default=dict)
    resources = ArrayField(models.CharField(max_length=500), default=list)
    authorization_details = models.JSONField(default=list)
    nonce = models.CharField(max_length=1024, blank=True, default="")
    redirect_uri = models.CharField(max_length=2000, blank=True, default="")
    code_challenge = models.CharField(max_length=128, blank=True, default="")
    code_jkt = models.CharField(max_length=64, blank=True, default="")
    refresh_cnf = models.JSONField(default=dict)
    auth_time = models.DateTimeField()
    acr = models.CharField(max_length=100, blank=True, default="")
    amr = ArrayField(models.CharField(max_length=20), default=list)
    sid = models.CharField(max_length=64, blank=True, default="")

    secret = models.BinaryField(max_length=16, default=new_secret)
    token_key = models.CharField(max_length=40)
    code_expires_at = models.DateTimeField()
    code_redeemed_at = models.DateTimeField(null=True)
    generation = models.PositiveIntegerField(default=0)
    rotated_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    refused_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoke_reason = models.CharField(max_length=40, blank=True, default="")
    epoch = models.PositiveIntegerField(default=0)

    objects = AuthorizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("authorization")
        verbose_name_plural = _("authorizations")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "client"], name="oauth_authorization_of_user"),
            models.Index(fields=["expires_at"], name="oauth_authorization_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.client} ({self.created_at:%Y-%m-%d %H:%M})"
