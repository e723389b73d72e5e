"""A step of the login: the account asks for a new password before it goes on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import login
from accounts.actions.change_password import set_password
from accounts.actions.sign_in import password_state
from accounts.errors import PasswordRefused
from accounts.models import PendingLogin, User
from accounts.pages.login_step import login_step
from accounts.pages.password_fields import NewPasswordForm


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@login_step("new_password")
def view(request: HttpRequest, pending: PendingLogin, user: User) -> HttpResponse:
    """Only within a login whose first step is done; the person is still anonymous here.

    Where the password was voided it is chosen by mail alone: whoever came in by a passkey may be
    the thief it was voided for. Without an address an administrator has to help.
    """
    if not user.has_usable_password():
        url = login.page_url("accounts:forgot_password", pending)
        context = {"branding": pending.branding, "person": user, "forgot_url": url}
        return render(request, "accounts/new_password_by_link.html", context)
    form = NewPasswordForm(request.POST or None)
    if form.is_valid() and _chosen(request, user, pending, form):
        return login.advance(request, pending)
    return render(
        request,
        "accounts/new_password.html",
        {"form": form, "branding": pending.branding, "person": user},
        status=400 if form.errors else 200,
    )


def _chosen(request: HttpRequest, user: User, pending: PendingLogin, form: NewPasswordForm) -> bool:
    """Whether the password is another one now; else the form says why not."""
    new = form.cleaned_data["new_password"]
    try:
        done = set_password(
            user=user, new=new, reason="password_changed", request=request, keep_session=None
        )
    except PasswordRefused as error:
        form.refuse(error)
        return False
    if done:
        pending.password_state = password_state(user)
        pending.save(update_fields=["password_state"])
    return True
