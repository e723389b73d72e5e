"""The record behind a reference number: one refused protocol request."""

import secrets
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Crockford's alphabet: nothing that is misread over the telephone.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """`r-7K3Q-92FM`: 40 random bits."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"r-{letters[:4]}-{letters[4:]}"


class RequestRecord(models.Model):
    """Fingerprints instead of values; kept seven days; for administrators and its owners."""

    id = models.BigAutoField(primary_key=True)
    reference = models.CharField(_("reference"), max_length=12, unique=True, default=new_reference)
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    endpoint = models.CharField(_("endpoint"), max_length=60)
    method = models.CharField(max_length=10, blank=True, default="")
    client_id = models.CharField(_("client"), max_length=255, blank=True, default="")
    error = models.CharField(_("error"), max_length=60)
    description = models.CharField(_("description"), max_length=300, blank=True, default="")
    reason = models.CharField(_("rule"), max_length=100)
    section = models.CharField(_("specification"), max_length=60, blank=True, default="")
    status = models.PositiveSmallIntegerField(default=400)
    request_id = models.CharField(max_length=64, blank=True, default="")
    address = models.GenericIPAddressField(null=True)
    # Parameter name → length and the first characters of a hash, never the value.
    parameters = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("refused request")
        verbose_name_plural = _("refused requests")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-at"], name="oauth_record_at"),
            models.Index(fields=["client_id", "-id"], name="oauth_record_client"),
        ]

    def __str__(self) -> str:
        return self.reference
