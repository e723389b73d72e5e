"""Change the password while signed in."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.actions.change_password import change_password
from accounts.errors import NotRecognised, PasswordRefused, TooManyAttempts
from accounts.models import Session
from accounts.pages.access import signed_in
from accounts.pages.password_fields import NewPasswordForm


class ChangePasswordForm(NewPasswordForm):
    current_password = forms.CharField(
        label=_("Present password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your present password.")},
    )
    field_order = ("current_password", "new_password")


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@signed_in
def view(request: HttpRequest, session: Session) -> HttpResponse:
    """This session goes on; the others end."""
    form = ChangePasswordForm(request.POST or None)
    status = 200
    done = False
    if form.is_valid():
        try:
            done = change_password(
                request=request,
                session=session,
                current=form.cleaned_data["current_password"],
                new=form.cleaned_data["new_password"],
            )
        except NotRecognised:
            form.add_error("current_password", _("This is not your present password."))
        except PasswordRefused as error:
            form.refuse(error)
        except TooManyAttempts as error:
            form.add_error("current_password", _("Too many attempts. Wait a minute and try again."))
            status = 429 if error.resets_in else 400
    if form.errors and status == 200:
        status = 400
    return render(
        request,
        "accounts/change_password.html",
        {"form": form, "done": done, "session": session, "tab": "password"},
        status=status,
    )
