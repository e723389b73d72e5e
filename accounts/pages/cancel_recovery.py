"""The link of the notice: stop a recovery that the owner did not begin."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import languages
from accounts.actions.self_recovery import cancel, open_cancel
from accounts.errors import LinkNotValid
from accounts.pages.access import public
from accounts.pages.kept_secret import keep, kept
from accounts.pages.silent import silent
from accounts.see_other import SeeOther
from accounts.throttling import page_limit

_KEPT = "cancel_recovery"
# A form sent twice ends where the first one did.
_DONE = "cancel_recovery_done"


@public
@page_limit("cancel_recovery", "60/m")
@require_http_methods(["GET", "HEAD", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """GET only shows. Whoever has the link need not be signed in, and is not afterwards."""
    try:
        if "token" in request.GET:
            return _take(request, request.GET["token"])
        secret = kept(request, _KEPT)
        found = open_cancel(secret)
        languages.lend(request, found.user)
        if request.method == "POST":
            cancel(request, secret)
            request.session.pop(_KEPT, None)
            request.session[_DONE] = True
            return SeeOther(reverse("accounts:cancel_recovery_done"))
    except LinkNotValid:
        if request.method == "POST" and _DONE in request.session:
            return SeeOther(reverse("accounts:cancel_recovery_done"))
        return render(request, "accounts/cancel_recovery_gone.html", status=400)
    return silent(render(request, "accounts/cancel_recovery.html", {"recovery": found}))


@public
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """It is stopped; the password is known to somebody else, so the next thing is a new one."""
    languages.lent(request)
    return render(request, "accounts/cancel_recovery_done.html")


def _take(request: HttpRequest, secret: str) -> HttpResponse:
    open_cancel(secret)
    keep(request, _KEPT, secret)
    request.session.pop(_DONE, None)
    return silent(SeeOther(reverse("accounts:cancel_recovery")))
