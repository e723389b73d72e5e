"""Sign out of this browser."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import authentication
from accounts.pages.access import public
from accounts.see_other import SeeOther


@public
@require_http_methods(["GET", "HEAD", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """GET asks, POST does it: a link on another site signs nobody out."""
    living = authentication.sessions(request)
    if living and request.method == "POST":
        authentication.end_all(request)
    elif living:
        return render(request, "accounts/sign_out.html", {"sessions": living})
    return SeeOther(reverse("accounts:signed_out"))


@public
@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    """Signed out; other people's sessions in this browser may go on, and are named."""
    context = {"others": authentication.sessions(request)}
    return render(request, "accounts/signed_out.html", context)
