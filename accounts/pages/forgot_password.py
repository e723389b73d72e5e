"""Forgotten password: ask for a link."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import login
from accounts.actions.reset_password import request_reset
from accounts.models import PendingLogin
from accounts.pages.access import public
from accounts.see_other import SeeOther
from accounts.throttling import page_limit


class ForgotPasswordForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("Enter an e-mail address such as anna@example.com."),
        },
    )


def _beside(page: str, pending: PendingLogin | None) -> str:
    """A page of the same login, or of none."""
    return login.page_url(page, pending) if pending else reverse(page)


def _known(pending: PendingLogin | None) -> str:
    """The address of whoever said who they are in this login, or is expected to."""
    if pending is None:
        return ""
    if pending.user is not None:
        return pending.user.email or ""
    return pending.login_hint if "@" in pending.login_hint else ""


@public
@page_limit("forgot", "60/m")
@require_http_methods(["GET", "HEAD", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """The same answer for every address. The sign-in it interrupts is found again afterwards."""
    pending = login.find(request)
    form = ForgotPasswordForm(request.POST or None, initial={"email": _known(pending)})
    if form.is_valid():
        if pending is not None and pending.user is not None:
            pending = login.without_person(pending)
        request_reset(
            request,
            form.cleaned_data["email"],
            login=str(pending.pk) if pending else "",
            brand=pending.branding.get("name", "") if pending else "",
        )
        return SeeOther(_beside("accounts:forgot_password_sent", pending))
    context = {
        "form": form,
        "branding": pending.branding if pending else {},
        "sign_in_url": _beside("accounts:login", pending),
    }
    status = 400 if form.errors else 200
    return render(request, "accounts/forgot_password.html", context, status=status)


@public
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """What to do now; says nothing about who has an account."""
    pending = login.find(request)
    context = {
        "branding": pending.branding if pending else {},
        "again_url": _beside("accounts:forgot_password", pending),
        "sign_in_url": _beside("accounts:login", pending),
    }
    return render(request, "accounts/forgot_password_sent.html", context)
