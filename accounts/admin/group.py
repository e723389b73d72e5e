"""Groups."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import SignetAdmin
from accounts.admin.forms import AudienceForm
from accounts.delegation import may_grant
from accounts.models import Group


class GroupForm(AudienceForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        new = set(cleaned.get("roles", ())) - set(self.initial.get("roles", ()))
        if new and not may_grant(self.actor, new):
            self.add_error("roles", _("One of these roles gives rights that you do not have."))
        return cleaned


@admin.register(Group)
class GroupAdmin(SignetAdmin):
    form = GroupForm
    list_display = ("name", "audience", "description", "by_apply")
    search_fields = ("name",)
    search_help_text = _("The name or how it begins.")
    ordering = ("name",)
    autocomplete_fields = ("roles",)
    readonly_fields = ("id", "by_apply")
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("name", "audience", "description", "roles")}),
        (None, {"fields": ("id", "by_apply")}),
    )

    def find(self, rows: "QuerySet[Group]", term: str) -> "QuerySet[Group]":
        return rows.filter(name__startswith=term)
