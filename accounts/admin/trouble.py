"""A filter of lists of messages: those that did not arrive."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class TroubleFilter(admin.SimpleListFilter):
    """Only what has an index of its own: the few that did not arrive. A list says which `states`
    these are."""

    title = _("status")
    parameter_name = "trouble"
    states: tuple[str, ...]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("yes", _("did not arrive"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        return queryset.filter(status__in=self.states) if self.value() == "yes" else queryset
