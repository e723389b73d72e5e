"""A group of people, and the roles that belonging to it gives."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.role import Role


class Group(models.Model):
    """Named as applications see it in the `groups` claim.

    `audience` empty: every client may see the group; else only the client whose
    `client_id` it holds.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=150, unique=True)
    audience = models.CharField(_("audience"), max_length=255, blank=True, default="")
    description = models.CharField(_("description"), max_length=300, blank=True, default="")
    roles = models.ManyToManyField(Role, blank=True, related_name="groups", verbose_name=_("roles"))

    # Written by `manage.py apply`, which may delete it again when its file no longer names it.
    declared = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name
