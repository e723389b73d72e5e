"""A security fact: written in the transaction of the change, never altered."""

from typing import Any, ClassVar

from django.db import models
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User

# Events about an object of the administration; `data["key"]` is its id.
OBJECT_EVENTS = ("object_created", "object_changed", "object_deleted")


class AuditEvent(models.Model):
    """Append-only. `actor` did it, `subject` it was done to; both may be gone later,
    so their ids are plain values next to the nullable relation."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    name = models.CharField(_("event"), max_length=60)
    actor = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_constraint=False
    )
    actor_label = models.CharField(max_length=150, blank=True, default="")
    subject = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_constraint=False
    )
    subject_label = models.CharField(max_length=150, blank=True, default="")
    client_id = models.CharField(_("client"), max_length=255, blank=True, default="")
    address = models.GenericIPAddressField(_("address"), null=True)
    user_agent = models.CharField(max_length=300, blank=True, default="")
    request_id = models.CharField(max_length=64, blank=True, default="")
    reason = models.CharField(max_length=300, blank=True, default="")
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-at"], name="accounts_audit_at"),
            models.Index(fields=["name", "-id"], name="accounts_audit_name"),
            models.Index(fields=["subject", "-id"], name="accounts_audit_subject"),
            models.Index(fields=["actor", "-id"], name="accounts_audit_actor"),
            models.Index(fields=["client_id", "-id"], name="accounts_audit_client"),
            models.Index(
                KeyTextTransform("key", "data"),
                models.F("id").desc(),
                condition=models.Q(name__in=OBJECT_EVENTS),
                name="accounts_audit_object",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("an audit event is never altered")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("an audit event is never deleted one by one")
