"""A form that was open too long, or in a tab from before a sign-in: explain and go on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token

from accounts.login import local_path


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Nothing was done. The way on is the same page with a fresh form (a GET)."""
    return render(
        request, "403_csrf.html", {"again": local_path(request.get_full_path())}, status=403
    )
