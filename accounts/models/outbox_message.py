"""A message to a person, from the action that wanted it to the provider's answer."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from idp.ground.encryption import EncryptedJSONField, EncryptedTextField

# States of a message that did not arrive, or nobody knows.
IN_TROUBLE = ("failed", "expired", "unknown")


class OutboxMessage(models.Model):
    """Written in the action's own transaction; recipient and content are encrypted at rest."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        SMS = "sms", _("SMS")

    class Status(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        EXPIRED = "expired", _("too late, not sent")
        # What it carried was void before it left: no trouble for anybody.
        WITHDRAWN = "withdrawn", _("no longer needed, not sent")
        # An SMS interrupted in mid-send: sending again might cost and confuse.
        UNKNOWN = "unknown", _("unknown")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    purpose = models.CharField(_("purpose"), max_length=40)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    recipient = EncryptedTextField(_("recipient"))
    context: Any = EncryptedJSONField(_("content"))
    language = models.CharField(_("language"), max_length=35, default="en")
    key = models.CharField(_("idempotency key"), max_length=200, unique=True, null=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    not_after = models.DateTimeField(_("useless after"))
    sent_at = models.DateTimeField(_("sent"), null=True)
    answer = models.CharField(_("provider's answer"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering: ClassVar[list[str]] = ["-created_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(status__in=["queued", "sending"]),
                name="accounts_outbox_due",
            ),
            models.Index(fields=["-created_at"], name="accounts_outbox_recent"),
            # What the day's cap counts.
            models.Index(
                fields=["-created_at"],
                condition=models.Q(channel="sms"),
                name="accounts_outbox_sms",
            ),
            models.Index(
                fields=["-created_at"],
                condition=models.Q(status__in=IN_TROUBLE),
                name="accounts_outbox_trouble",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.purpose}"
