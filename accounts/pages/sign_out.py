"""Sign out of this browser."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import authentication


@require_http_methods(["GET", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """GET asks, POST does it: a link on another site signs nobody out."""
    living = authentication.sessions(request)
    if request.method == "POST":
        authentication.end_all(request)
        return redirect("accounts:signed_out")
    if not living:
        return redirect("accounts:signed_out")
    return render(request, "accounts/sign_out.html", {"sessions": living})


@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    """Nobody is signed in here any more."""
    return render(request, "accounts/signed_out.html")
