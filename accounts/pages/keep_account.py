"""A step of the login: the account is about to be deleted, unless its person keeps it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts import login
from accounts.actions.leave import keep
from accounts.actions.sign_in import password_state
from accounts.pages.access import public
from accounts.steps import next_step


@public
@require_http_methods(["GET", "HEAD", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """Only after all that proves who it is; looking at it keeps nothing."""
    pending = login.find(request)
    if pending is None or pending.user is None:
        return login.resume_or_restart(request)
    user = pending.user
    if not user.is_active or password_state(user) != pending.password_state:
        return login.again(request, pending)
    step = next_step(pending)
    if step is None or step.name != "keep_account":
        return login.advance(request, pending)
    if request.method == "POST":
        keep(request=request, user=user)
        return login.advance(request, pending)
    context = {"person": user, "branding": pending.branding}
    return render(request, "accounts/keep_account.html", context)
