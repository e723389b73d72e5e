"""What a client knows a person by."""

import secrets
import uuid
from typing import ClassVar

from django.db import models

from accounts.models import User


def new_sub() -> str:
    """`u_` and 128 random bits; depends on no key and is never reused (OIDC Core §2, §8)."""
    return f"u_{secrets.token_hex(16)}"


class Subject(models.Model):
    """`sector` empty: the public `sub`; else the pairwise one of that sector (OIDC Core §8.1).

    The person may be deleted; the row stays without them, so that a `sub` never returns.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="subjects")
    sector = models.CharField(max_length=255, blank=True, default="")
    sub = models.CharField(max_length=255, unique=True, default=new_sub)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "sector"], name="oauth_subject_unique")
        ]

    def __str__(self) -> str:
        return self.sub
