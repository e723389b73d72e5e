"""A client that took part in a session."""

import secrets
import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from accounts.models import Session
from oauth.models.client import Client
from oauth.models.subject import Subject


def new_sid() -> str:
    """128 random bits, of this client and session alone: two clients cannot correlate."""
    return secrets.token_urlsafe(16)


class Participation(models.Model):
    """Lives as long as the session. Logout, "apps of this session" and `sid` read it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="participations")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="participations")
    # What the client knows the person by since it last asked; None: not since this is noted.
    subject = models.ForeignKey(
        Subject, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    sid = models.CharField(max_length=64, unique=True, default=new_sid)
    first_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "client"], name="oauth_participation_unique")
        ]

    def __str__(self) -> str:
        return self.sid
