"""Where you are signed in."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.end_access import end_access
from accounts.floor_above import floor_above
from accounts.models import Session
from accounts.models.session import SessionQuerySet
from accounts.pages.access import signed_in
from accounts.places import place_of
from accounts.see_other import SeeOther

_MOST = 100
_MOST_APPS = 5


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def view(request: HttpRequest, session: Session) -> HttpResponse:
    """List the living sessions; end one, or all but this one."""
    mine = Session.objects.living().filter(user=session.user).exclude(pk=session.pk)
    if request.method != "POST":
        others = list(mine.select_related("browser").order_by("-last_used_at")[:_MOST])
        here, *rest = _described([session, *others])
        context = {"session": session, "here": here, "others": rest, "tab": "sessions"}
        return render(request, "accounts/sessions.html", context)
    if "all" in request.POST:
        end_access(
            user=session.user,
            keep_session=session,
            reason="ended_by_person",
            request=request,
            actor=session.user,
        )
        messages.success(request, _("All other sessions were ended."))
        return SeeOther(reverse("accounts:sessions"))
    return _end_one(request, session, mine)


def _described(found: list[Session]) -> list[dict[str, Any]]:
    """What a person recognises a session by."""
    apps = floor_above().apps_of_sessions([one.pk for one in found])
    return [
        {
            "session": one,
            "place": place_of(one.browser.address) or one.browser.address or "",
            "apps": apps.get(one.pk, [])[:_MOST_APPS],
            "more": max(0, len(apps.get(one.pk, [])) - _MOST_APPS),
        }
        for one in found
    ]


def _end_one(request: HttpRequest, session: Session, mine: SessionQuerySet) -> HttpResponse:
    try:
        key = uuid.UUID(request.POST.get("session", ""))
    except ValueError:
        raise Http404 from None
    other = mine.filter(pk=key).first()
    if other is None:
        # A press sent twice: it is over, as wished. Somebody else's is as unknown as none.
        if not Session.objects.filter(pk=key, user=session.user).exists():
            raise Http404
    else:
        end_access(session=other, reason="ended_by_person", request=request, actor=session.user)
    messages.success(request, _("Ended."))
    return SeeOther(reverse("accounts:sessions"))
