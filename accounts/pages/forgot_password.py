"""Forgotten password: ask for a link."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.reset_password import request_reset
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


@page_limit("forgot", "60/m")
@require_http_methods(["GET", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """The same answer for every address."""
    form = ForgotPasswordForm(request.POST or None)
    if form.is_valid():
        request_reset(request, form.cleaned_data["email"])
        return redirect("accounts:forgot_password_sent")
    return render(
        request,
        "accounts/forgot_password.html",
        {"form": form},
        status=400 if form.errors else 200,
    )


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """What to do now; says nothing about who has an account."""
    return render(request, "accounts/forgot_password_sent.html")
