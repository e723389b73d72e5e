"""Sign in: name and password."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts import login
from accounts.actions.sign_in import sign_in
from accounts.errors import NotRecognised, TooManyAttempts
from accounts.throttling import page_limit


class LoginForm(forms.Form):
    """The names are what password managers and automated drivers rely on."""

    username = forms.CharField(
        label=_("E-mail or username"),
        max_length=320,
        widget=forms.TextInput(
            attrs={"autocomplete": "username webauthn", "autocapitalize": "none"}
        ),
        error_messages={"required": _("Enter your e-mail address or username.")},
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your password.")},
    )


def _render(
    request: HttpRequest, pending: Any, form: LoginForm, status: int = 200, **context: Any
) -> HttpResponse:
    for name in ("username", "password"):
        # Focus goes to the first field that needs something.
        if form.errors.get(name) or not form[name].value():
            form.fields[name].widget.attrs["autofocus"] = True
            break
    return render(
        request,
        "accounts/login.html",
        {"form": form, "pending": pending, "branding": pending.branding, **context},
        status=status,
    )


@page_limit("login", "120/m")
@require_http_methods(["GET", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """One page, both fields. A page whose login is gone starts a new one for the same end."""
    pending = login.find(request)
    if pending is None:
        return login.resume_or_restart(request)
    if request.method == "GET":
        if pending.user_id is not None:
            return login.advance(request, pending)
        return _render(request, pending, LoginForm(initial={"username": pending.login_hint}))
    form = LoginForm(request.POST)
    if not form.is_valid():
        return _render(request, pending, form, status=400)
    try:
        user = sign_in(request, form.cleaned_data["username"], form.cleaned_data["password"])
    except NotRecognised:
        form.add_error(
            "password", _("That name and password do not match. Check both and try again.")
        )
        return _render(request, pending, form, status=400)
    except TooManyAttempts as error:
        minutes = max(1, round(error.resets_in / 60))
        response = _render(request, pending, form, status=429, wait_minutes=minutes)
        response.headers["Retry-After"] = str(error.resets_in)
        return response
    login.identified(pending, user, "pwd")
    return login.advance(request, pending)
