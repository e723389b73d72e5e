"""A role: a name that applications and Signet itself decide by."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import Permission
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from idp.ground.canonical import name_key


class RoleQuerySet(models.QuerySet["Role"]):
    def named(self, audience: str, name: str) -> "Role | None":
        """The role of this name, in any spelling that `name_key` takes for the same."""
        key = name_key(name)
        of_audience = self.filter(audience=audience)
        # Mostly the database finds it; it compares in its own way, so it does not decide.
        first = of_audience.filter(name__iexact=name).first()
        if first is not None and name_key(first.name) == key:
            return first
        return next((role for role in of_audience if name_key(role.name) == key), None)

    def with_included(self) -> set["Role"]:
        """These roles and every role they include, however deep; a cycle is harmless."""
        found: dict[uuid.UUID, Role] = {role.pk: role for role in self}
        frontier = list(found)
        while frontier:
            included = Role.objects.filter(included_in__in=frontier).exclude(pk__in=found)
            fresh = {role.pk: role for role in included}
            found.update(fresh)
            frontier = list(fresh)
        return set(found.values())


class Role(models.Model):
    """Global when `audience` is empty, else of the one client whose `client_id` it holds.

    The audience is a plain string, because this floor has never heard of OAuth clients.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=100)
    audience = models.CharField(_("audience"), max_length=255, blank=True, default="")
    description = models.CharField(_("description"), max_length=300, blank=True, default="")
    includes = models.ManyToManyField(
        "self",
        symmetrical=False,
        related_name="included_in",
        blank=True,
        verbose_name=_("includes"),
    )
    permissions = models.ManyToManyField(
        Permission, blank=True, related_name="+", verbose_name=_("administration permissions")
    )

    requires_second_factor = models.BooleanField(
        _("needs a second factor"), default=False, db_default=False
    )
    # Written by `manage.py apply`, which may delete it again when its file no longer names it.
    declared = models.BooleanField(default=False, db_default=False, editable=False)

    objects = RoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering: ClassVar[list[str]] = ["audience", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                "audience", Lower("name"), name="accounts_role_unique_name_in_audience"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.audience})" if self.audience else self.name
