"""Another e-mail address or phone number: the new one proven first, the old one told."""

import uuid
from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from accounts.models.user import User
from idp.ground.encryption import EncryptedTextField

UNDO = timedelta(days=14)
# A value that came by a change more lately than this may be a thief's own.
ESTABLISHED = timedelta(days=7)
KEPT = timedelta(days=30)


class ContactChange(models.Model):
    """The new value is inert until its code is typed; the old one gets a link that undoes it."""

    class Kind(models.TextChoices):
        EMAIL = "email"
        PHONE = "phone"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="contact_changes")
    kind = models.CharField(max_length=10, choices=Kind)
    new: Any = EncryptedTextField()
    old: Any = EncryptedTextField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # An unproven one may be a slip, and a stranger's mailbox: it comes back, but gets no link.
    old_proven = models.BooleanField(default=True, db_default=True)
    # When the session began in which it was asked for: what else was done in it is as doubtful.
    session_began_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    # The SHA-256 of the undo link's secret, and until when it works.
    undo_digest = models.CharField(max_length=64, unique=True, null=True)
    undo_until = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "-created_at"], name="accounts_contact_of_user")
        ]

    def __str__(self) -> str:
        return self.kind
