"""A passkey or security key (WebAuthn Level 3)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp_webauthn.models import AbstractWebAuthnCredential

from accounts.models.user import User


class Passkey(AbstractWebAuthnCredential):
    """The credential record of WebAuthn §4; nothing in it is secret."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta(AbstractWebAuthnCredential.Meta):
        abstract = False
        verbose_name = _("passkey")
        verbose_name_plural = _("passkeys")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user"], name="accounts_passkey_of_user")
        ]
