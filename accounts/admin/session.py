"""Sessions: who is signed in, and ending it."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import ReadOnlyAdmin
from accounts.admin.people import rows_of
from accounts.end_access import end_access
from accounts.models import Session


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    list_display = ("user", "auth_time", "last_used_at", "ended_at", "end_reason", "browser")
    list_select_related = ("user", "browser")
    search_fields = ("user__username_key",)
    search_help_text = _("A whole username or e-mail address.")
    # By index, and nearly the order of signing in.
    ordering = ("-expires_at",)
    actions = ("end",)

    def find(self, rows: "QuerySet[Session]", term: str) -> "QuerySet[Session]":
        return rows_of(rows, term)

    def has_end_permission(self, request: HttpRequest) -> bool:
        return self.may_act(request)

    @admin.action(description=_("End the chosen sessions"), permissions=["end"])
    def end(self, request: HttpRequest, queryset: "QuerySet[Session]") -> None:
        for session in queryset.select_related("user"):
            end_access(
                session=session,
                reason="ended_by_administrator",
                request=request,
                actor=request.user,  # type: ignore[arg-type]
            )
        messages.success(request, _("Ended."))
