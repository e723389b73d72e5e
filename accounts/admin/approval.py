"""Deciding about people who wait for approval: two actions of the list, with a note each."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.actions.approve import approve, refuse
from accounts.admin.base import SignetAdmin
from accounts.delegation import may_administer
from accounts.models import User

_AT_ONCE = 100
_NOTE = 300


class ApprovalActions(SignetAdmin):
    """For the list of people; the filter "approval: waiting" is the queue."""

    @admin.action(description=_("Approve the request to join"), permissions=["change"])
    def approve(self, request: HttpRequest, queryset: "QuerySet[User]") -> HttpResponse | None:
        return self._decide(request, queryset, approve, "approve", _("Approve these requests?"))

    @admin.action(description=_("Decline the request to join"), permissions=["change"])
    def refuse(self, request: HttpRequest, queryset: "QuerySet[User]") -> HttpResponse | None:
        return self._decide(request, queryset, refuse, "refuse", _("Decline these requests?"))

    def _decide(
        self, request: HttpRequest, queryset: "QuerySet[User]", verb: Any, action: str, title: Any
    ) -> HttpResponse | None:
        people = list(queryset.exclude(approval="")[:_AT_ONCE])
        if not people:
            messages.info(request, _("None of them waits for a decision."))
            return None
        if "note" not in request.POST:
            context = {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": title,
                "people": people,
                "action": action,
                "checkbox": ACTION_CHECKBOX_NAME,
                "longest": _NOTE,
            }
            return render(request, "admin/accounts/decide.html", context)
        done = 0
        for person in people:
            if not may_administer(request.user, person):  # type: ignore[arg-type]
                messages.warning(request, _("You may not change %s.") % person)
                continue
            done += verb(
                request=request,
                actor=request.user,
                person=person,
                note=" ".join(request.POST["note"].replace("\0", "").split())[:_NOTE],
            )
        told = ngettext("%d decision. They get a mail.", "%d decisions. They get a mail.", done)
        messages.success(request, told % done)
        return None
