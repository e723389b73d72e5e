"""APIs."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import SignetAdmin
from accounts.admin.forms import LinesField, VersionedForm
from oauth.admin.scope import ScopeInline, let_follow
from oauth.claims import SUPPORTED
from oauth.keys import ALGORITHMS
from oauth.models import Resource
from oauth.resource_rules import identifier_fault


class ResourceForm(VersionedForm):
    signing_alg = forms.ChoiceField(
        label=_("Signature of access tokens"), choices=[(alg, alg) for alg in ALGORITHMS]
    )
    claims = LinesField(
        label=_("Claims in access tokens"),
        help_text=_("About the person, such as email; one a line. The fewer the better."),
    )

    def clean_identifier(self) -> str:
        identifier: str = self.cleaned_data["identifier"]
        wrong = identifier_fault(identifier)
        if wrong:
            raise forms.ValidationError(wrong)
        return identifier

    def clean_claims(self) -> list[str]:
        claims: list[str] = self.cleaned_data["claims"]
        unknown = [claim for claim in claims if claim not in SUPPORTED]
        if unknown:
            raise forms.ValidationError(_("There is no such claim: %s.") % ", ".join(unknown))
        return claims

    def clean_access_token_lifetime(self) -> int | None:
        seconds: int | None = self.cleaned_data["access_token_lifetime"]
        if seconds is not None and not 30 <= seconds <= 86_400:
            raise forms.ValidationError(_("30 to 86,400 seconds."))
        return seconds


@admin.register(Resource)
class ResourceAdmin(SignetAdmin):
    form = ResourceForm
    inlines = (ScopeInline,)
    list_display = ("name", "identifier", "token_format", "enabled", "by_apply")
    search_fields = ("identifier",)
    search_help_text = _("The identifier or the name, or how one begins.")
    ordering = ("name",)
    autocomplete_fields = ("introspectors",)
    readonly_fields = ("id", "by_apply")
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("identifier", "name", "enabled")}),
        (
            _("Access tokens"),
            {"fields": ("token_format", "access_token_lifetime", "signing_alg", "claims")},
        ),
        (_("Introspection"), {"fields": ("introspectors",)}),
        (None, {"fields": ("id", "by_apply")}),
    )

    def find(self, rows: "QuerySet[Resource]", term: str) -> "QuerySet[Resource]":
        return rows.filter(Q(identifier__startswith=term) | Q(name__istartswith=term))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        for scope in formset.deleted_objects:
            let_follow(request, scope.name)
        for one in formset.initial_forms:
            if one not in formset.deleted_forms and "name" in one.changed_data:
                let_follow(request, one.initial["name"], one.instance.name)

    def delete_model(self, request: HttpRequest, obj: Resource) -> None:
        gone = list(obj.scopes.values_list("name", flat=True))
        super().delete_model(request, obj)
        for name in gone:
            let_follow(request, name)
