"""What apps were told of ended sessions, and what became of it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import ReadOnlyAdmin
from accounts.admin.trouble import TroubleFilter
from oauth.models import LogoutNotice
from oauth.models.logout_notice import IN_TROUBLE


class NoticeInTrouble(TroubleFilter):
    states = IN_TROUBLE


@admin.register(LogoutNotice)
class LogoutNoticeAdmin(ReadOnlyAdmin):
    list_display = (
        "created_at", "client", "sub", "sid", "status", "attempts", "next_attempt", "sent_at",
        "error",
    )  # fmt: skip
    list_select_related = ("client",)
    list_filter = (NoticeInTrouble,)
    lookups = frozenset({"trouble"})
    search_fields = ("client__client_id",)
    search_help_text = _("A whole client id.")
    ordering = ("-created_at",)

    @admin.display(description=_("next attempt"))
    def next_attempt(self, notice: LogoutNotice) -> Any:
        return notice.next_try_at if notice.status == "queued" else None

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # The list is all there is.
        return obj is None and super().has_view_permission(request, obj)

    def find(self, rows: "QuerySet[LogoutNotice]", term: str) -> "QuerySet[LogoutNotice]":
        return rows.filter(client__client_id=term)
