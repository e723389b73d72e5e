"""Sign out because an app asks (RP-Initiated Logout 1.0)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import authentication
from accounts.models import Session
from oauth import form_token, logout_request
from oauth.flow import see_other
from oauth.logout_request import LogoutRequest
from oauth.models import Participation, Subject


def _session_of_hint(request: HttpRequest, asked: LogoutRequest) -> Session | None:
    """The session the hint speaks of, if it is one of this browser's."""
    if not asked.sub:
        return None
    living = authentication.sessions(request)
    people = Subject.objects.filter(sub=asked.sub).values_list("user_id", flat=True)
    mine = [one for one in living if one.user_id in set(people)]
    named = set(
        Participation.objects.filter(sid=asked.sid, session__in=mine).values_list(
            "session_id", flat=True
        )
    )
    # One session a person and browser: an older hint of the same person means this one as well.
    return next((one for one in mine if one.pk in named), next(iter(mine), None))


def _done(asked: LogoutRequest) -> HttpResponse:
    return see_other(asked.return_url or reverse("accounts:signed_out"))


@require_http_methods(["GET", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """With the hint of a person signed in here it is done at once; otherwise the person is asked
    (§2: MUST), so that a picture on another site signs nobody out."""
    asked = logout_request.open_logout(request.GET.get("c", ""))
    session = _session_of_hint(request, asked)
    if session is not None:
        authentication.end(request, session)
        return _done(asked)
    living = authentication.sessions(request)
    if not living:
        return _done(asked)
    browser = living[0].browser_id
    shown = sorted(str(one.pk) for one in living)
    if request.method == "POST" and form_token.fits(
        request.POST.get("form_token", ""), browser, form_token.NO_REQUEST, "logout", shown
    ):
        authentication.end_all(request)
        return _done(asked)
    context = {
        "sessions": living,
        "client_name": asked.client_name,
        "form_token": form_token.make(browser, form_token.NO_REQUEST, "logout", shown),
    }
    status = 403 if request.method == "POST" else 200
    return render(request, "oauth/logout.html", context, status=status)
