"""Where you are signed in."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.end_access import end_access
from accounts.models import Session
from accounts.pages.access import signed_in


@require_http_methods(["GET", "POST"])
@signed_in
def view(request: HttpRequest, session: Session) -> HttpResponse:
    """List the living sessions; end one, or all but this one."""
    mine = Session.objects.living().filter(user=session.user).exclude(pk=session.pk)
    if request.method == "POST":
        if "all" in request.POST:
            end_access(
                user=session.user,
                keep_session=session,
                reason="ended_by_person",
                request=request,
                actor=session.user,
            )
        else:
            try:
                key = uuid.UUID(request.POST.get("session", ""))
            except ValueError:
                key = uuid.UUID(int=0)
            other = get_object_or_404(mine, pk=key)
            end_access(session=other, reason="ended_by_person", request=request, actor=session.user)
        return redirect("accounts:sessions")
    others = mine.select_related("browser").order_by("-last_used_at")[:100]
    return render(
        request,
        "accounts/sessions.html",
        {"session": session, "others": others, "tab": "sessions"},
    )
