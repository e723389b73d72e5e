"""A key Signet signs with."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from idp.ground.encryption import EncryptedJSONField


class SigningKey(models.Model):
    """next (published, waiting) → active (signs) → retired (verifies) → deleted.

    A deleted key keeps its public half here, unpublished, so that a genuine old
    `id_token_hint` still verifies; its private half is gone. A revoked one verifies nothing at
    all: somebody else may have signed with it.
    """

    class State(models.TextChoices):
        NEXT = "next", _("next")
        ACTIVE = "active", _("active")
        RETIRED = "retired", _("retired")
        DELETED = "deleted", _("deleted")
        REVOKED = "revoked", _("revoked")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kid = models.CharField(max_length=64, unique=True)
    alg = models.CharField(_("algorithm"), max_length=10)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NEXT)
    public_jwk = models.JSONField()
    private_jwk: Any = EncryptedJSONField(null=True)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    activated_at = models.DateTimeField(_("signs since"), null=True)
    retired_at = models.DateTimeField(_("retired"), null=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True)

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        ordering: ClassVar[list[str]] = ["alg", "-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["alg"],
                condition=models.Q(state="active"),
                name="oauth_signing_key_one_active",
            ),
            models.UniqueConstraint(
                fields=["alg"], condition=models.Q(state="next"), name="oauth_signing_key_one_next"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.alg} {self.kid}"
