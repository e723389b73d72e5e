"""A form that was open too long, or in a tab from before a sign-in: explain and go on."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import requires_csrf_token

from accounts.login import find, local_path, overtaken, resume_or_restart
from accounts.pages import login, register, register_code
from accounts.see_other import SeeOther


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Nothing was done. The way on is the same page with a fresh form."""
    if request.path == reverse("accounts:login"):
        return login.open_again(request)
    if request.path == reverse("accounts:register"):
        return register.open_again(request)
    if request.path == reverse("accounts:register_code"):
        return register_code.open_again(request)
    if request.path.startswith(f"{reverse('accounts:login')}/"):
        return _step_again(request)
    again = local_path(request.get_full_path())
    if request.path == reverse("accounts:language"):
        again = local_path(request.POST.get("next", "/"))
    return render(request, "403_csrf.html", {"again": again}, status=403)


def _step_again(request: HttpRequest) -> HttpResponse:
    """A step of a login: pressed twice, or another tab was faster. On, or the same page fresh."""
    pending = find(request)
    if pending is None or overtaken(request, pending):
        return resume_or_restart(request)
    messages.info(request, _("This page was out of date. Nothing was sent on. Please try again."))
    return SeeOther(request.get_full_path())
