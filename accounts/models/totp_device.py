"""An authenticator app that shows six digits (RFC 6238)."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device

from accounts.models.user import User
from idp.ground.encryption import EncryptedTextField


class TOTPDevice(Device):
    """The seed is encrypted and bound to its row; it is shown once, at enrolment.

    Not confirmed: enrolment was begun and no code was typed yet. Chosen by user and
    `confirmed`, and verified under a row lock, or one code could be used twice at once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    confirmed = models.BooleanField(default=False)
    # The login or session it was begun in: nobody else is shown its seed.
    holder = models.UUIDField(null=True, editable=False)
    # Hexadecimal, 20 bytes.
    key: Any = EncryptedTextField()
    # The last time step whose code was accepted: it and older ones never work again.
    last_t = models.BigIntegerField(default=-1)
    # Wrong codes in a row (NIST SP 800-63B-4 §3.2.2).
    failures = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("authenticator app")
        verbose_name_plural = _("authenticator apps")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user"], name="accounts_totp_of_user")
        ]
