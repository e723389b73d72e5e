"""People."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.actions.administer_person import delete_person, save_person
from accounts.actions.reset_password import send_link
from accounts.admin.approval import ApprovalActions
from accounts.admin.base import SignetAdmin
from accounts.admin.people import prefix
from accounts.admin.person_facts import PersonFacts
from accounts.admin.reset_factors import reset_urls
from accounts.admin.user_form import UserForm
from accounts.delegation import may_administer
from accounts.end_access import end_access
from accounts.models import User

_RIGHTS = ("is_staff", "is_superuser")
# What else the change of an address or number did.
_GONE = {
    "email": _("The second factor by e-mail went to the old address, so it was removed."),
    "sms": _("The second factor by SMS went to the old number, so it was removed."),
}


@admin.register(User)
class UserAdmin(PersonFacts, ApprovalActions, SignetAdmin):
    form = UserForm
    change_form_template = "admin/accounts/user_form.html"
    list_display = ("username", "email", "display_name", "is_active", "is_staff", "created_at")
    list_filter = ("is_active", "is_staff", "approval")
    lookups = frozenset(
        {
            "is_active__exact",
            "is_staff__exact",
            "approval__exact",
            "groups__id__exact",
            "roles__id__exact",
        }
    )
    search_fields = ("username_key", "email_key")
    search_help_text = _("Username or e-mail address, or how it begins.")
    ordering = ("username_key",)
    autocomplete_fields = ("groups", "roles")
    actions = ("approve", "refuse", "send_password_link", "end_sessions")
    readonly_fields = (
        "approval",
        "id",
        "created_at",
        "updated_at",
        "password_changed_at",
        "factors",
        "last_sign_in",
        "to_be_deleted",
    )
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("username", "email", "email_verified", "name")}),
        (
            _("May"),
            {
                "fields": (
                    "is_active",
                    "approval",
                    "must_reset_password",
                    "groups",
                    "roles",
                    "is_staff",
                    "is_superuser",
                )
            },
        ),
        (
            _("Claims"),
            {
                "classes": ("collapse",),
                "fields": (
                    ("given_name", "family_name"),
                    ("middle_name", "nickname"),
                    "profile",
                    "picture",
                    "website",
                    ("gender", "birthdate"),
                    ("zoneinfo", "locale"),
                    ("phone_number", "phone_number_verified"),
                    "address",
                    "attributes",
                ),
            },
        ),
        (_("Sign-in"), {"fields": ("factors", "last_sign_in", "to_be_deleted")}),
        (_("Dates"), {"fields": ("id", "created_at", "updated_at", "password_changed_at")}),
    )

    def get_urls(self) -> Any:
        return [*reset_urls(self), *super().get_urls()]

    def find(self, rows: "QuerySet[User]", term: str) -> "QuerySet[User]":
        return rows.filter(prefix(term))

    def history_term(self, obj: User) -> str:
        return obj.username

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, *_RIGHTS)

    def _within_rights(self, request: HttpRequest, obj: User | None) -> bool:
        return obj is None or may_administer(request.user, obj)  # type: ignore[arg-type]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._within_rights(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.pk == request.user.pk:
            return False
        return super().has_delete_permission(request, obj) and self._within_rights(request, obj)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        gone = save_person(
            person=obj,
            changed=set(form.changed_data),
            created=not change,
            request=request,
            actor=request.user,  # type: ignore[arg-type]
        )
        for factor in gone:
            messages.warning(request, _GONE[factor])

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        delete_person(person=obj, request=request, actor=request.user)  # type: ignore[arg-type]

    @admin.action(description=_("Send a link to choose a password"), permissions=["change"])
    def send_password_link(self, request: HttpRequest, queryset: "QuerySet[User]") -> None:
        sent = 0
        for person in queryset:
            if not (person.email and person.is_active and self._within_rights(request, person)):
                messages.warning(request, _("Not sent to %s.") % person)
                continue
            with transaction.atomic():
                send_link(request, person, person.email, actor=request.user)  # type: ignore[arg-type]
            sent += 1
        if sent:
            told = ngettext("%d link is on its way.", "%d links are on their way.", sent) % sent
            messages.success(request, told)

    @admin.action(description=_("Sign out everywhere and end all access"), permissions=["change"])
    def end_sessions(self, request: HttpRequest, queryset: "QuerySet[User]") -> None:
        for person in queryset:
            if self._within_rights(request, person):
                end_access(
                    user=person,
                    reason="ended_by_administrator",
                    request=request,
                    actor=request.user,  # type: ignore[arg-type]
                )
            else:
                messages.warning(request, _("You may not change %s.") % person)
        messages.success(request, _("Done. Tokens that APIs check offline end within minutes."))
