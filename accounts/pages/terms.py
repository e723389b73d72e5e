"""A step of the login: the terms changed since the person accepted them."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts import login
from accounts.actions.accept_terms import accept_terms
from accounts.models import PendingLogin, User
from accounts.pages.login_step import login_step


@require_http_methods(["GET", "HEAD", "POST"])
@login_step("terms")
def view(request: HttpRequest, pending: PendingLogin, user: User) -> HttpResponse:
    """Only within a login; the press accepts the version whose link the page showed."""
    version = settings.SIGNET.terms_version
    if request.method == "POST" and request.POST.get("version") == version:
        accept_terms(request=request, user=user, version=version)
        return login.advance(request, pending)
    context = {
        "person": user,
        "branding": pending.branding,
        "terms_url": settings.SIGNET.terms_url,
        "version": version,
        "accepted_before": user.terms_accepted_at is not None,
    }
    return render(request, "accounts/terms.html", context)
