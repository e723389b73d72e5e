"""An account in the making: nothing exists until the address is proven."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from accounts.models.browser import Browser
from accounts.models.invitation import Invitation
from accounts.models.user import User
from idp.ground.encryption import EncryptedJSONField


class Registration(models.Model):
    """What was typed, until a code or a link proves the address; then a User, in one transaction.

    So nobody can squat on another's address, and a known address looks like an unknown one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    browser = models.ForeignKey(Browser, on_delete=models.CASCADE, related_name="+")
    # email, username, name, locale, terms_version.
    details: Any = EncryptedJSONField()
    # An encoded hash of the password that was typed.
    password = models.CharField(max_length=200, blank=True, default="")
    invitation = models.ForeignKey(
        Invitation, on_delete=models.CASCADE, null=True, related_name="+"
    )
    # The SHA-256 of the link's secret.
    link_digest = models.CharField(max_length=64, unique=True, null=True)
    next_url = models.TextField(default="/")
    branding = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    # The address was proven by the link, perhaps in another browser.
    proven_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["expires_at"], name="accounts_registration_expiry")
        ]

    def __str__(self) -> str:
        return str(self.pk)
