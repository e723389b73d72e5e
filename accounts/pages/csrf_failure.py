"""A form that was open too long, or in a tab from before a sign-in: explain and go on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import requires_csrf_token

from accounts.login import local_path
from accounts.pages import login, register


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Nothing was done. The way on is the same page with a fresh form."""
    if request.path == reverse("accounts:login"):
        return login.open_again(request)
    if request.path == reverse("accounts:register"):
        return register.open_again(request)
    again = local_path(request.get_full_path())
    if request.path == reverse("accounts:language"):
        again = local_path(request.POST.get("next", "/"))
    return render(request, "403_csrf.html", {"again": again}, status=403)
