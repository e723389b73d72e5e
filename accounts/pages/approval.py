"""A step of the login that only an administrator ends: how the request to join stands."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import login
from accounts.models import User
from accounts.pages.access import public
from accounts.steps import next_step


@public
@require_safe
def view(request: HttpRequest) -> HttpResponse:
    """Only within a login whose person is known; opened again after the approval, it goes on."""
    pending = login.find(request)
    if pending is None or pending.user is None:
        return login.resume_or_restart(request)
    step = next_step(pending)
    if step is None or step.name != "approval":
        return login.advance(request, pending)
    context = {
        "person": pending.user,
        "branding": pending.branding,
        "refused": pending.user.approval == User.Approval.REFUSED,
        "again": request.get_full_path(),
        "start_url": pending.next_url,
    }
    return render(request, "accounts/approval.html", context)
