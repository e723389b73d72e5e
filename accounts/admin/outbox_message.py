"""Messages: whether they left, never what they said or to which address."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import ReadOnlyAdmin
from accounts.admin.email_test import email_test_urls
from accounts.admin.people import rows_of
from accounts.admin.trouble import TroubleFilter
from accounts.models import OutboxMessage
from accounts.models.outbox_message import IN_TROUBLE


class MessageInTrouble(TroubleFilter):
    states = IN_TROUBLE


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    change_list_template = "admin/accounts/outbox_list.html"
    list_display = (
        "created_at",
        "channel",
        "purpose",
        "user",
        "status",
        "attempts",
        "sent_at",
        "answer",
    )
    list_select_related = ("user",)
    list_filter = (MessageInTrouble,)
    lookups = frozenset({"trouble"})
    search_fields = ("user__username_key",)
    search_help_text = _("A whole username or e-mail address.")
    ordering = ("-created_at",)

    def get_urls(self) -> Any:
        return [*email_test_urls(self), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        more = {"may_test": self.may_act(request)}
        return super().changelist_view(request, (extra_context or {}) | more)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[OutboxMessage]":
        # A link in a mail is as good as a password: nobody reads it here.
        return super().get_queryset(request).defer("recipient", "context")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # The list is all there is.
        return obj is None and super().has_view_permission(request, obj)

    def find(self, rows: "QuerySet[OutboxMessage]", term: str) -> "QuerySet[OutboxMessage]":
        return rows_of(rows, term)
