"""A person's picture, as re-encoded by us."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from accounts.models.user import User


class Avatar(models.Model):
    """A few kilobytes of WebP; `digest` (SHA-256) is in its address, which is cached for ever."""

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, primary_key=True, related_name="avatar"
    )
    digest = models.CharField(max_length=64)
    image = models.BinaryField()
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["digest", "user"], name="accounts_avatar_digest")
        ]

    def __str__(self) -> str:
        return self.digest
