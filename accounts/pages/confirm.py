"""Before something that decides who gets in: the password once more, where no factor is."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import login
from accounts.actions.sign_in import sign_in
from accounts.errors import NotRecognised, TooManyAttempts
from accounts.models import PendingLogin, User
from accounts.pages.login_step import login_step
from accounts.pages.why_asked import why_asked
from accounts.throttling import page_limit


class ConfirmForm(forms.Form):
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
        error_messages={"required": _("Enter your password.")},
    )


@sensitive_post_parameters()
@page_limit("login", "300/m")
@require_http_methods(["GET", "HEAD", "POST"])
@login_step("confirm")
def view(request: HttpRequest, pending: PendingLogin, user: User) -> HttpResponse:
    """Within a login begun for somebody who is signed in, and for nobody else."""
    form, status = ConfirmForm(request.POST or None), 200
    if request.method == "POST":
        status = _status(request, user.username, form)
        if status == 200:
            return login.done(request, pending, "confirm", amr=["pwd"])
    context = {
        "form": form,
        "person": user,
        "branding": pending.branding,
        "why": why_asked(pending),
        "forgot_url": login.page_url("accounts:forgot_password", pending),
    }
    return render(request, "accounts/confirm.html", context, status=status)


def _status(request: HttpRequest, username: str, form: ConfirmForm) -> int:
    if not form.is_valid():
        return 400
    try:
        sign_in(request, username, form.cleaned_data["password"])
    except NotRecognised:
        form.add_error("password", _("This is not your password. Try again."))
        return 400
    except TooManyAttempts:
        form.add_error("password", _("Too many attempts. Wait a minute and try again."))
        return 429
    return 200
