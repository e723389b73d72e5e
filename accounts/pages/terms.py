"""A step of the login: the terms changed since the person accepted them."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts import login
from accounts.actions.accept_terms import accept_terms
from accounts.actions.sign_in import password_state
from accounts.pages.access import public
from accounts.steps import next_step


@public
@require_http_methods(["GET", "HEAD", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """Only within a login; the press accepts the version whose link the page showed."""
    pending = login.find(request)
    if pending is None or pending.user is None:
        return login.resume_or_restart(request)
    if not pending.user.is_active or password_state(pending.user) != pending.password_state:
        return login.again(request, pending)
    step = next_step(pending)
    if step is None or step.name != "terms":
        return login.advance(request, pending)
    version = settings.SIGNET.terms_version
    if request.method == "POST" and request.POST.get("version") == version:
        accept_terms(request=request, user=pending.user, version=version)
        return login.advance(request, pending)
    context = {
        "person": pending.user,
        "branding": pending.branding,
        "terms_url": settings.SIGNET.terms_url,
        "version": version,
        "accepted_before": pending.user.terms_accepted_at is not None,
    }
    return render(request, "accounts/terms.html", context)
