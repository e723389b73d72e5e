"""A phone or a mailbox that receives codes, as a second factor."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device

from accounts.masked import masked_address, masked_number
from accounts.models.user import User
from idp.ground.encryption import EncryptedTextField


class MessageDevice(Device):
    """One for each channel and person; `destination` is an E.164 number or an address."""

    class Channel(models.TextChoices):
        SMS = "sms", _("SMS")
        EMAIL = "email", _("e-mail")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    confirmed = models.BooleanField(default=False)
    # The login or session it was begun in: nobody else finishes it.
    holder = models.UUIDField(null=True, editable=False)
    channel = models.CharField(max_length=10, choices=Channel)
    destination: Any = EncryptedTextField()
    # Wrong codes in a row (NIST SP 800-63B-4 §3.2.2).
    failures = models.PositiveSmallIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("phone or mailbox for codes")
        verbose_name_plural = _("phones and mailboxes for codes")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "channel"],
                condition=models.Q(confirmed=True),
                name="accounts_message_device_one_per_channel",
            )
        ]

    @property
    def masked(self) -> str:
        """What the pages show of it: enough to recognise, too little to tell."""
        if self.channel == self.Channel.SMS:
            return masked_number(self.destination)
        return masked_address(self.destination)
