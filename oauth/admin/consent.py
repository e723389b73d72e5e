"""Consents: what people allowed, and withdrawing it."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import ReadOnlyAdmin
from oauth.admin.finding import rows_of
from oauth.end_access import end_access
from oauth.models import Consent


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    list_display = ("user", "client", "scopes", "granted_at", "updated_at")
    list_select_related = ("user", "client")
    search_fields = ("user__username_key",)
    search_help_text = _("A whole username, e-mail address or client id.")
    ordering = ("user_id", "client_id")
    actions = ("withdraw",)

    def find(self, rows: "QuerySet[Consent]", term: str) -> "QuerySet[Consent]":
        return rows_of(rows, term)

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        # The list is all there is.
        return obj is None and super().has_view_permission(request, obj)

    def has_withdraw_permission(self, request: HttpRequest) -> bool:
        return self.may_act(request)

    @admin.action(
        description=_("Withdraw the chosen consents and end that access"),
        permissions=["withdraw"],
    )
    def withdraw(self, request: HttpRequest, queryset: "QuerySet[Consent]") -> None:
        for consent in queryset.select_related("user", "client"):
            end_access(
                user=consent.user,
                client=consent.client,
                reason="withdrawn_by_administrator",
                request=request,
                actor=request.user,  # type: ignore[arg-type]
            )
        messages.success(request, _("Withdrawn."))
