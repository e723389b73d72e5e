"""An authorization request kept here, because it was too long for a URL (later: pushed)."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from idp.ground.encryption import EncryptedJSONField
from oauth.models.client import Client


class PushedRequest(models.Model):
    """The continuation carries its id; it ends with the request's `not_after`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    parameters: Any = EncryptedJSONField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["expires_at"], name="oauth_pushed_request_expiry")
        ]

    def __str__(self) -> str:
        return str(self.pk)
