"""The answer to "I got the reference r-…"."""

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import ReadOnlyAdmin
from oauth.models import RequestRecord
from oauth.record import reference_of


@admin.register(RequestRecord)
class RequestRecordAdmin(ReadOnlyAdmin):
    list_display = ("reference", "at", "endpoint", "client_id", "error", "reason", "section")
    list_display_links = ("reference",)
    search_fields = ("reference",)
    search_help_text = _("A reference from an error page, or a whole client id.")
    ordering = ("-id",)

    readonly_fields = ("hint",)

    @admin.display(description=_("Rule in words"))
    def hint(self, record: RequestRecord) -> str:
        return record.hint

    def find(self, rows: "QuerySet[RequestRecord]", term: str) -> "QuerySet[RequestRecord]":
        return rows.filter(Q(reference=reference_of(term)) | Q(client_id=term))
