"""The audit log: to read and to search, never to change."""

import json
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.activity_words import sentences, words_of
from accounts.admin.base import ReadOnlyAdmin
from accounts.admin.people import exactly, identifier
from accounts.floor_above import floor_above
from accounts.models import AuditEvent
from accounts.models.audit_event import OBJECT_EVENTS

_OURS = frozenset(
    value for name, value in vars(audit).items() if name.isupper() and isinstance(value, str)
)


def of_object(rows: "QuerySet[AuditEvent]", key: str) -> "QuerySet[AuditEvent]":
    """Changes of the object with this id, in the words of their partial index."""
    return rows.filter(name__in=OBJECT_EVENTS).alias(key=KT("data__key")).filter(key=key)


class EventFilter(admin.SimpleListFilter):
    title = _("event")
    parameter_name = "event"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        names = sorted({*_OURS, *floor_above().events})
        return [(name, name.replace("_", " ")) for name in names]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        return queryset.filter(name=self.value()) if self.value() else queryset


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "event", "by", "about", "client_id", "reason", "address")
    list_display_links = ("at",)
    list_filter = (EventFilter,)
    lookups = frozenset({"event"})
    search_fields = ("name",)
    search_help_text = _("A whole username, e-mail address, client id or object id.")
    ordering = ("-id",)
    fields = (
        "at",
        "event",
        "name",
        "by",
        "about",
        "client_id",
        "reason",
        "address",
        "user_agent",
        "request_id",
        "details",
    )
    readonly_fields = ("event", "by", "about", "details")

    def find(self, rows: "QuerySet[AuditEvent]", term: str) -> "QuerySet[AuditEvent]":
        person = exactly(term)
        if person is not None:
            return rows.filter(Q(subject=person) | Q(actor=person))
        if identifier(term):
            return of_object(rows, term)
        return rows.filter(client_id=term)

    @admin.display(description=_("event"), ordering="name")
    def event(self, event: AuditEvent) -> str:
        """The person's own sentence for it; some concern nobody's account and have none."""
        return words_of(event) if event.name in sentences() else event.name.replace("_", " ")

    @admin.display(description=_("By"))
    def by(self, event: AuditEvent) -> str:
        return event.actor_label

    @admin.display(description=_("About"))
    def about(self, event: AuditEvent) -> str:
        return event.subject_label

    @admin.display(description=_("Details"))
    def details(self, event: AuditEvent) -> SafeString:
        return format_html("<pre>{}</pre>", json.dumps(event.data, indent=2, ensure_ascii=False))
