"""Where you are signed in."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.end_access import end_access
from accounts.models import Session
from accounts.models.session import SessionQuerySet
from accounts.pages.access import signed_in
from accounts.see_other import SeeOther

_MOST = 100


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def view(request: HttpRequest, session: Session) -> HttpResponse:
    """List the living sessions; end one, all but this one, or everything that may be a thief's."""
    mine = Session.objects.living().filter(user=session.user).exclude(pk=session.pk)
    if request.method != "POST":
        others = mine.select_related("browser").order_by("-last_used_at")[:_MOST]
        context = {"session": session, "others": others, "tab": "sessions"}
        return render(request, "accounts/sessions.html", context)
    if "not-me" in request.POST:
        return _end_all(request, session, not_me=True)
    if "all" in request.POST:
        return _end_all(request, session, not_me=False)
    return _end_one(request, session, mine)


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


def _end_all(request: HttpRequest, session: Session, *, not_me: bool) -> HttpResponse:
    """“That wasn’t me” ends offline access of apps too, and leads to a new password."""
    end_access(
        user=session.user,
        keep_session=session,
        reason="not_me" if not_me else "ended_by_person",
        request=request,
        actor=session.user,
    )
    if not_me:
        messages.success(
            request,
            _(
                "Everything but this session was ended, and apps lost their access. "
                "Now choose a new password, so that nobody comes back with the old one."
            ),
        )
        return SeeOther(reverse("accounts:change_password"))
    messages.success(request, _("All other sessions were ended."))
    return SeeOther(reverse("accounts:sessions"))
