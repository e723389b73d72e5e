"""Scopes of APIs: a few words in the API's page, who may get it on a page of its own."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import TabularInline
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import SignetAdmin
from accounts.admin.forms import VersionedForm
from oauth.models import Scope
from oauth.resource_rules import scope_fault
from oauth.scope_names import follow

if TYPE_CHECKING:
    Inline = TabularInline[Any, Any]
else:
    Inline = TabularInline


def _checked(name: str) -> str:
    wrong = scope_fault(name)
    if wrong:
        raise forms.ValidationError(wrong)
    return name


def let_follow(request: HttpRequest, old: str, new: str = "") -> None:
    """What names the scope follows, and the administrator is told which clients did."""
    clients = follow(
        old=old,
        new=new,
        reason="scope_renamed" if new else "scope_deleted",
        request=request,
        actor=request.user,  # type: ignore[arg-type]
    )
    if clients:
        told = (
            gettext("%(old)s is %(new)s now, at these clients too: %(clients)s.")
            if new
            else gettext("%(old)s was taken from these clients: %(clients)s.")
        )
        named = ", ".join(clients[:10]) + (" …" if len(clients) > 10 else "")
        messages.warning(request, told % {"old": old, "new": new, "clients": named})


class InlineScopeForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean_name(self) -> str:
        return _checked(self.cleaned_data["name"])


class ScopeForm(VersionedForm):
    def clean_name(self) -> str:
        return _checked(self.cleaned_data["name"])


class ScopeInline(Inline):
    model = Scope
    form = InlineScopeForm
    fields = ("name", "title", "detail")
    extra = 0
    show_change_link = True


@admin.register(Scope)
class ScopeAdmin(SignetAdmin):
    form = ScopeForm
    list_display = ("name", "title", "resource")
    list_select_related = ("resource",)
    search_fields = ("name",)
    search_help_text = _("The name or how it begins.")
    ordering = ("name",)
    autocomplete_fields = ("resource", "roles")
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("resource", "name")}),
        (_("On the consent page"), {"fields": ("title", "detail")}),
        (_("Only for people with one of these roles"), {"fields": ("roles",)}),
    )

    def find(self, rows: "QuerySet[Scope]", term: str) -> "QuerySet[Scope]":
        return rows.filter(name__startswith=term)

    def save_model(self, request: HttpRequest, obj: Scope, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "name" in form.changed_data:
            let_follow(request, form.initial["name"], obj.name)

    def delete_model(self, request: HttpRequest, obj: Scope) -> None:
        super().delete_model(request, obj)
        let_follow(request, obj.name)
