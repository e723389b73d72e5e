"""What one client received about one person, and when."""

import uuid
from datetime import UTC, datetime
from typing import ClassVar

from django.db import models

from accounts.models import User
from oauth.models.client import Client


class LedgerEntry(models.Model):
    """One row for a person and a client; it outlives consent and authorization.

    `claims`: name → [first, last] time it was told (seconds since 1970); never a value.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    claims = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "client"], name="oauth_ledger_unique")
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.client}"

    @property
    def last(self) -> datetime | None:
        """When the client was told anything last."""
        stamps = [last for _first, last in self.claims.values()]
        return datetime.fromtimestamp(max(stamps), UTC) if stamps else None
