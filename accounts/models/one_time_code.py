"""A short code that was sent to somebody and is typed back."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from accounts.models.browser import Browser
from accounts.models.outbox_message import OutboxMessage
from accounts.models.user import User
from idp.ground.encryption import EncryptedTextField


class OneTimeCode(models.Model):
    """Bound to the browser that asked, to one purpose and one destination.

    `subject` names what it is for within its purpose (the id of a pending login, a registration, a
    contact change). `digest` is keyed (see accounts/actions/send_code.py): six digits under a plain
    hash would be read out of a dump. At most five guesses are ever compared with one code.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=40)
    subject = models.UUIDField()
    browser = models.ForeignKey(Browser, on_delete=models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    destination: Any = EncryptedTextField()
    digest = models.CharField(max_length=64)
    guesses = models.PositiveSmallIntegerField(default=0)
    message = models.ForeignKey(
        OutboxMessage, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["purpose", "subject", "-created_at"], name="accounts_code_latest"),
            models.Index(fields=["user"], name="accounts_code_of_user"),
            models.Index(fields=["expires_at"], name="accounts_code_expiry"),
        ]

    def __str__(self) -> str:
        return self.purpose
