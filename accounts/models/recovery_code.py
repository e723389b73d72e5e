"""A code on paper that replaces a lost second factor, once."""

import uuid
from hashlib import sha256
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RecoveryCode(models.Model):
    """Generated, never chosen: one SHA-256 of 80 random bits is enough.

    Written when one of the set was typed back, so that nobody has codes they never saved.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="recovery_codes"
    )
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "digest"], name="accounts_recovery_code_unique")
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @staticmethod
    def hash(code: str) -> str:
        """Of the code as typed: case, spaces and hyphens do not count."""
        plain = "".join(char for char in code.upper() if char.isalnum())
        return sha256(plain.encode()).hexdigest()
