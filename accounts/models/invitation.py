"""Somebody asked to join, with the groups and roles they get."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.group import Group
from accounts.models.role import Role
from accounts.models.user import User


class Invitation(models.Model):
    """Its link holds 256 random bits; the row only their SHA-256. Works once, until it expires."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), max_length=254)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    groups = models.ManyToManyField(Group, blank=True, related_name="+", verbose_name=_("groups"))
    roles = models.ManyToManyField(Role, blank=True, related_name="+", verbose_name=_("roles"))
    note = models.CharField(_("message"), max_length=300, blank=True, default="")
    invited_by: Any = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("invited by")
    )
    created_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True, editable=False)
    accepted_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return self.email
