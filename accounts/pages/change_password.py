"""Change the password while signed in."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.actions.change_password import change_password
from accounts.errors import NotRecognised, PasswordRefused, TooManyAttempts
from accounts.models import Session
from accounts.pages.access import fresh_by_factor
from accounts.pages.password_fields import NewPasswordForm
from accounts.see_other import SeeOther


class ChangePasswordForm(NewPasswordForm):
    current_password = forms.CharField(
        label=_("Present password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your present password.")},
    )
    field_order = ("current_password", "new_password")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_by_factor
def view(request: HttpRequest, session: Session) -> HttpResponse:
    """This session goes on; the others end."""
    form = ChangePasswordForm(request.POST or None)
    if form.is_valid() and _changed(request, session, form):
        messages.success(
            request, _("Saved. Your other sessions were ended, and apps lost their access.")
        )
        return SeeOther(reverse("accounts:security"))
    wrong = bool(form.errors.get("current_password")) or not form.is_bound
    first = "current_password" if wrong else "new_password"
    for name, field in form.fields.items():
        field.widget.attrs["autofocus"] = name == first
    status = 200
    if form.errors:
        status = 429 if form.has_error("current_password", "limited") else 400
    return render(
        request,
        "accounts/change_password.html",
        {"form": form, "session": session, "tab": "password"},
        status=status,
    )


def _changed(request: HttpRequest, session: Session, form: ChangePasswordForm) -> bool:
    """Whether it is the new password now; else the form says why not."""
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
    except TooManyAttempts:
        words = _("Too many attempts. Wait a minute and try again.")
        form.add_error("current_password", forms.ValidationError(words, "limited"))
    else:
        if not done:
            words = _("Your password was changed elsewhere in this very moment. Try again.")
            form.add_error("current_password", words)
        return done
    return False
