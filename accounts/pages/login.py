"""Sign in: name and password."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import authentication, login
from accounts.actions import use_passkey
from accounts.actions.sign_in import sign_in
from accounts.errors import NotRecognised, TooManyAttempts
from accounts.models import PendingLogin
from accounts.pages.access import public
from accounts.pages.passkey_form import PasskeyForm, as_attribute
from accounts.throttling import page_limit


class LoginForm(forms.Form):
    """The names are what password managers and automated drivers rely on."""

    username = forms.CharField(
        label=_("E-mail or username"),
        max_length=320,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username webauthn",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
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
    request: HttpRequest,
    pending: PendingLogin | None,
    form: LoginForm,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    for name in ("username", "password"):
        # Focus goes to the first field that needs something; a password is never sent back.
        if form.errors.get(name) or name == "password" or not form[name].value():
            form.fields[name].widget.attrs["autofocus"] = True
            break
    forgot = "accounts:forgot_password"
    if pending is not None:
        context["passkey_options"] = as_attribute(use_passkey.begin(request, pending))
    context |= {
        "form": form,
        "branding": pending.branding if pending else {},
        "forgot_url": login.page_url(forgot, pending) if pending else reverse(forgot),
        "register_url": _register_url(pending),
        "magic_url": _magic_url(pending),
        "others_here": bool(authentication.sessions(request)),
        "ended_elsewhere": not form.is_bound and authentication.was_ended_elsewhere(request),
    }
    return render(request, "accounts/login.html", context, status=status)


def _register_url(pending: PendingLogin | None) -> str:
    """Where people without an account go on; nothing where nobody can join."""
    if settings.SIGNET.registration == "closed":
        return ""
    page = "accounts:register"
    return login.page_url(page, pending) if pending else reverse(page)


def _magic_url(pending: PendingLogin | None) -> str:
    """Where a code by e-mail stands in for the password; nothing where the deployment has none."""
    if pending is None or not settings.SIGNET.magic_codes:
        return ""
    return login.page_url("accounts:magic_code", pending)


def open_again(request: HttpRequest) -> HttpResponse:
    """For a form whose CSRF token was replaced meanwhile: the same page, fresh, nothing done.

    Signed in in another tab, or by the first press of a double one: on to where it was to lead.
    """
    pending = login.find(request)
    if pending is None and "next" in request.GET:
        return login.resume_or_restart(request)
    if pending is not None and login.overtaken(request, pending):
        return login.resume_or_restart(request)
    form = LoginForm(initial={"username": request.POST.get("username", "")[:320]})
    return _render(request, pending, form, status=403, shown_again=True)


@public
@sensitive_post_parameters()
@page_limit("login", "300/m")
@require_http_methods(["GET", "HEAD", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """One page, both fields. What is typed counts, however old the page is."""
    pending = login.find(request)
    if request.method != "POST":
        if pending is None or login.overtaken(request, pending):
            return login.resume_or_restart(request)
        if pending.user_id is not None:
            return login.advance(request, pending)
        return _render(request, pending, LoginForm(initial={"username": pending.login_hint}))
    if request.POST.get("passkey"):
        return _by_passkey(request, pending)
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
    return login.advance(request, login.identified(request, pending, user, ["pwd"]))


def _by_passkey(request: HttpRequest, pending: PendingLogin | None) -> HttpResponse:
    """Without a name: the passkey says whose it is."""
    if pending is None:
        # The challenge went with its login.
        return login.resume_or_restart(request)
    form = PasskeyForm(request.POST)
    status, found = form.answer(lambda text: use_passkey.sign_in(request, pending, text))
    if found is not None:
        user, amr = found
        return login.advance(request, login.identified(request, pending, user, amr))
    typed = LoginForm(initial={"username": request.POST.get("username", "")[:320]})
    return _render(request, pending, typed, status, passkey_refused=form.errors["passkey"][0])
