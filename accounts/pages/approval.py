"""A step of the login that only an administrator ends: how the request to join stands."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import PendingLogin, User
from accounts.pages.login_step import login_step


@require_safe
@login_step("approval")
def view(request: HttpRequest, pending: PendingLogin, user: User) -> HttpResponse:
    """Only within a login whose person is known; opened again after the approval, it goes on."""
    context = {
        "person": user,
        "branding": pending.branding,
        "refused": user.approval == User.Approval.REFUSED,
        "again": request.get_full_path(),
        "start_url": pending.next_url,
    }
    return render(request, "accounts/approval.html", context)
