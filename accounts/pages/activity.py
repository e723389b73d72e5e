"""What happened with the account, in plain words."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.activity_details import details_of
from accounts.activity_words import raises_alarm, sentences, words_of
from accounts.floor_above import floor_above
from accounts.models import AuditEvent, Session, User
from accounts.models.user_agent import described
from accounts.pages.access import signed_in
from accounts.places import place_of

_PAGE = 25


@signed_in
@require_safe
def view(request: HttpRequest, session: Session) -> HttpResponse:
    """The newest first; `before` (an id) goes on from there, and nothing is counted."""
    events = AuditEvent.objects.filter(subject=session.user, name__in=sentences()).order_by("-id")
    before = request.GET.get("before", "")
    if before:
        if not before.isascii() or not before.isdigit() or len(before) > 18:
            raise Http404
        events = events.filter(pk__lt=int(before))
    found = list(events[: _PAGE + 1])
    shown = found[:_PAGE]
    context = {
        "session": session,
        "tab": "activity",
        "events": _told(shown, session.user),
        "older": shown[-1].pk if len(found) > _PAGE else None,
        "is_later_page": bool(before),
    }
    return render(request, "accounts/activity.html", context)


def _told(events: list[AuditEvent], user: User) -> list[dict[str, Any]]:
    keys = {one.client_id for one in events if one.client_id}
    names = floor_above().names_of_apps(keys) if keys else {}
    told = []
    for one in events:
        # An administrator's browser and address are nobody else's business.
        by_other = one.actor_id is not None and one.actor_id != user.pk
        told.append(
            {
                "pk": one.pk,
                "at": one.at,
                "words": words_of(one),
                "details": details_of(one),
                "raises_alarm": raises_alarm(one),
                "app": names.get(one.client_id, ""),
                "by_other": by_other,
                "browser": described(one.user_agent) if one.user_agent and not by_other else "",
                "address": (one.address or "") if not by_other else "",
                "place": place_of(one.address) if not by_other else "",
            }
        )
    return told
