"""Sign out of this browser."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import authentication, languages
from accounts.pages.access import public
from accounts.pages.switch_account import named, sign_out_one
from accounts.see_other import SeeOther


@public
@require_http_methods(["GET", "HEAD", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """GET asks, POST does it: a link on another site signs nobody out."""
    living = authentication.sessions(request)
    if living and request.method == "POST":
        return _done(request)
    if living:
        current = authentication.current(request)
        if current is not None:
            languages.speak_to(request, current.user)
        several = len(living) > 1
        context = {
            "sessions": living,
            "one_of_several": current if several else None,
        }
        return render(request, "accounts/sign_out.html", context)
    return SeeOther(reverse("accounts:signed_out"))


def _done(request: HttpRequest) -> HttpResponse:
    """The one that the button names, or everybody."""
    one = named(request, "session")
    if one is not None:
        return sign_out_one(request, one)
    # Pressed twice, the one is gone already: that is no wish to sign out the others.
    if "session" not in request.POST:
        authentication.end_all(request)
    return SeeOther(reverse("accounts:signed_out"))


@public
@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    """Signed out; other people's sessions in this browser may go on, and are named."""
    context = {"others": authentication.sessions(request)}
    return render(request, "accounts/signed_out.html", context)
