"""A step of the login: the account is about to be deleted, unless its person keeps it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import login
from accounts.actions.leave import keep
from accounts.models import PendingLogin, User
from accounts.pages.login_step import login_step
from accounts.see_other import SeeOther


@require_http_methods(["GET", "HEAD", "POST"])
@login_step("keep_account")
def view(request: HttpRequest, pending: PendingLogin, user: User) -> HttpResponse:
    """Only after all that proves who it is; looking at it keeps nothing."""
    if "leave" in request.POST:
        # Nobody who comes by Back may go on with what was proven.
        PendingLogin.objects.filter(pk=pending.pk, completed_at=None).delete()
        return SeeOther(reverse("accounts:signed_out"))
    if request.method == "POST":
        keep(request=request, user=user)
        return login.advance(request, pending)
    context = {"person": user, "branding": pending.branding}
    return render(request, "accounts/keep_account.html", context)
