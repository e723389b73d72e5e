"""Roles."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import SignetAdmin
from accounts.admin.forms import AudienceForm
from accounts.delegation import may_grant
from accounts.floor_above import floor_above
from accounts.models import Role
from accounts.role_rules import name_fault


class RoleForm(AudienceForm):
    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        wrong = name_fault(name)
        if wrong:
            raise forms.ValidationError(wrong)
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        # One without a key had the name of another one before names were compared as they are now.
        is_named = {"name", "audience"} & set(self.changed_data) or not self.instance.name_key
        if is_named and {"name", "audience"} <= set(cleaned):
            same = Role.objects.named(cleaned["audience"], cleaned["name"])
            if same is not None and same.pk != self.instance.pk:
                self.add_error("name", _("There is a role of this name already."))
        new = set(cleaned.get("includes", ())) - set(self.initial.get("includes", ()))
        if new and not may_grant(self.actor, new):
            self.add_error("includes", _("One of these roles gives rights that you do not have."))
        granted = set(cleaned.get("permissions", ())) - set(self.initial.get("permissions", ()))
        names = {f"{one.content_type.app_label}.{one.codename}" for one in granted}
        if not self.actor.is_superuser and not names <= self.actor.get_all_permissions():
            self.add_error("permissions", _("You do not have one of these rights yourself."))
        return cleaned


@admin.register(Role)
class RoleAdmin(SignetAdmin):
    form = RoleForm
    list_display = ("name", "audience", "description", "by_apply")
    search_fields = ("name",)
    search_help_text = _("The name or how it begins, or the id of the client it belongs to.")
    ordering = ("audience", "name")
    autocomplete_fields = ("includes",)
    filter_horizontal = ("permissions",)
    readonly_fields = ("id", "by_apply")
    fieldsets: ClassVar[Any] = (
        (
            None,
            {"fields": ("name", "audience", "description", "includes", "requires_second_factor")},
        ),
        (_("Rights in the administration"), {"fields": ("permissions",)}),
        (None, {"fields": ("id", "by_apply")}),
    )

    def find(self, rows: "QuerySet[Role]", term: str) -> "QuerySet[Role]":
        return rows.annotate(folded=Lower("name")).filter(
            Q(folded__startswith=Lower(Value(term))) | Q(audience=term)
        )

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Not while something is reserved for its holders: that would be open to everybody."""
        names, counted, lacking, protected = super().get_deleted_objects(objs, request)
        for role in objs:
            protected += floor_above().reserved_for(role.pk)
        return names, counted, lacking, protected

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "permissions":
            # Only of what the administration shows.
            shown = ContentType.objects.get_for_models(*self.admin_site._registry)
            kwargs["queryset"] = Permission.objects.select_related("content_type").filter(
                content_type__in=shown.values()
            )
        return super().formfield_for_manytomany(db_field, request, **kwargs)
