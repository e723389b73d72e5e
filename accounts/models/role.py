"""A role: a name that applications and Signet itself decide by."""

import uuid
from typing import Any, ClassVar

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
        found = of_audience.filter(name_key=key).first()
        if found is not None:
            return found
        unkeyed = of_audience.filter(name_key=None)
        return next((role for role in unkeyed if name_key(role.name) == key), None)

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
    # `name_key` of the name. None: written by a version that did not know it, or one of two that
    # were different names to the database before.
    name_key = models.CharField(max_length=300, null=True, editable=False)
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
            ),
            # As files and the administration compare names, which no database does.
            models.UniqueConstraint(
                fields=["audience", "name_key"], name="accounts_role_unique_key_in_audience"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.audience})" if self.audience else self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = name_key(self.name)
        super().save(*args, **kwargs)
