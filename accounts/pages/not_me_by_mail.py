"""“That wasn’t me”, from a mail: whoever opens it need not be signed in, and is not by it.

An address of its own: a link that was opened here once must not decide what the button of the
account pages shuts, whose person may be another one by then.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import languages
from accounts.actions.lock_down import lock_down
from accounts.actions.not_me import open_not_me
from accounts.activity_words import words_of
from accounts.errors import LinkNotValid
from accounts.models import AuditEvent
from accounts.pages import not_me_done
from accounts.pages.access import public
from accounts.pages.kept_secret import keep, kept
from accounts.pages.silent import silent
from accounts.see_other import SeeOther

_TOKEN = "not_me"  # noqa: S105
_PRESS = "not_me_mail"


def take(request: HttpRequest, token: str) -> HttpResponse:
    """Take the link over into this browser's session, out of the address bar."""
    try:
        reported = open_not_me(token)
    except LinkNotValid:
        return _not_valid(request)
    keep(request, _TOKEN, token)
    # Kept longer than the link: by it a form sent twice is known.
    request.session[_PRESS] = [str(reported.user.pk), reported.at.timestamp()]
    return silent(SeeOther(reverse("accounts:not_me_by_mail")))


@public
@require_http_methods(["GET", "HEAD", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """GET only shows: mail programs open links too."""
    press = ["mail", *request.session.get(_PRESS, [])]
    if request.method == "POST" and _TOKEN not in request.session:
        return not_me_done.shown() if not_me_done.is_again(request, press) else _not_valid(request)
    try:
        reported = open_not_me(kept(request, _TOKEN))
    except LinkNotValid:
        request.session.pop(_TOKEN, None)
        return _not_valid(request)
    languages.lend(request, reported.user)
    if request.method == "POST":
        try:
            done = lock_down(
                request=request,
                user=reported.user,
                event=reported.event,
                since=reported.since,
                mailed_at=reported.at,
            )
        except LinkNotValid:
            # Of two presses at one moment the other did it, and keeps in this session what it did.
            return not_me_done.shown()
        del request.session[_TOKEN]
        return not_me_done.finished(request, reported.user, done, press)
    events = AuditEvent.objects.filter(subject=reported.user)
    event = events.filter(pk=reported.event).first() if reported.event else None
    context = {
        "base": "base.html",
        "person": reported.user,
        "event": event,
        "words": words_of(event) if event else "",
        "at": event.at if event else None,
    }
    return silent(render(request, "accounts/not_me.html", context))


def _not_valid(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/notice_link_not_valid.html", status=400)
