"""A message to an app that a session ended there (OpenID Connect Back-Channel Logout 1.0)."""

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oauth.models.client import Client

# States of a message that did not sign anybody out.
IN_TROUBLE = ("refused", "failed")


class LogoutNoticeQuerySet(models.QuerySet["LogoutNotice"]):
    def write(self, *sources: "models.QuerySet[Any]") -> bool:
        """Write one message for each app and session that these rows name, where the app wants
        to be told; whether there was any.

        `sources`: rows with a client, a subject and a `sid`. Called in the transaction that ends
        what they stand for; costs one query where nobody wants to be told.
        """
        found: dict[tuple[uuid.UUID, str], str] = {}
        for source in sources:
            told = source.filter(client__enabled=True).exclude(client__backchannel_logout_uri="")
            rows: Iterable[tuple[uuid.UUID, str, str | None]] = told.values_list(
                "client_id", "sid", "subject__sub"
            )
            for client, sid, sub in rows:
                found[client, sid] = found.get((client, sid)) or sub or ""
        self.bulk_create(
            LogoutNotice(client_id=client, sid=sid, sub=sub) for (client, sid), sub in found.items()
        )
        return bool(found)


class LogoutNotice(models.Model):
    """Holds no token: that is made when it is sent, and lives for two minutes."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        # Understood and not done: saying it again would change nothing (§2.8).
        REFUSED = "refused", _("refused by the app")
        FAILED = "failed", _("failed")
        WITHDRAWN = "withdrawn", _("no longer needed, not sent")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    # Empty where nobody noted it: `sid` alone says it as well (§2.4).
    sub = models.CharField(max_length=255, blank=True, default="")
    sid = models.CharField(max_length=64)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    next_try_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    error = models.CharField(_("error"), max_length=60, blank=True, default="")

    objects = LogoutNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-out message")
        verbose_name_plural = _("sign-out messages")
        ordering: ClassVar[list[str]] = ["-created_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(status__in=["queued", "sending"]),
                name="oauth_logout_notice_due",
            ),
            # Whether an app is being told something, however much it was told before.
            models.Index(
                fields=["client"], condition=Q(status="sending"), name="oauth_logout_notice_busy"
            ),
            models.Index(fields=["-created_at"], name="oauth_logout_notice_recent"),
            models.Index(
                fields=["-created_at"],
                condition=Q(status__in=IN_TROUBLE),
                name="oauth_logout_notice_trouble",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client} {self.sid}"
