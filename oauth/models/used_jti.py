"""A one-time identifier that has been used (RFC 7523 §3 jti; later DPoP proofs)."""

from typing import ClassVar

from django.db import models


class UsedJti(models.Model):
    """Kept in PostgreSQL while it could be replayed: losing a cache must not reopen it."""

    # SHA-256 over purpose, client and jti: bounded length whatever the client sends.
    digest = models.BinaryField(primary_key=True, max_length=32)
    expires_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["expires_at"], name="oauth_used_jti_expiry")
        ]

    def __str__(self) -> str:
        return bytes(self.digest).hex()
