"""Set up an authenticator app: the seed as a QR code and by hand, proven by a first code."""

import segno
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts.actions import totp
from accounts.pages.enrolling import Enrolment, enrolled, enrolling
from accounts.pages.factor_step import CodeForm

_ISSUER = "Signet"


class SetUpForm(CodeForm):
    not_right = _(
        "This code does not work. Check the time of your phone, or scan the picture again."
    )
    name = forms.CharField(
        label=_("Name of this app (optional)"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@sensitive_post_parameters()
@sensitive_variables("device", "context")
@require_http_methods(["GET", "HEAD", "POST"])
@enrolling("set_up_factor")
def view(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """A reload shows the same seed until it is confirmed; after that nothing shows it again."""
    if totp.was_confirmed(enrolment.user, enrolment.holder, request.POST.get("otp_token", "")):
        return enrolled(request, enrolment, "otp")
    device = totp.begin(enrolment.user, enrolment.holder)
    form, status = SetUpForm(request.POST or None), 200
    if request.method == "POST":
        name = str(request.POST.get("name", "")).strip() or str(_("Authenticator app"))
        status = form.answer(
            lambda code: totp.confirm(request, enrolment.user, device.pk, code, name)
        )
        if status == 200:
            return enrolled(request, enrolment, "otp")
    secret, address = totp.secret(device), totp.otpauth(device, _ISSUER)
    context = {
        **enrolment.context(),
        "form": form,
        "qr": _picture(address),
        "otpauth": address,
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        "back_url": enrolment.url("accounts:set_up_factor"),
    }
    return render(request, "accounts/set_up_totp.html", context, status=status)


def _picture(text: str) -> str:
    """An SVG without script, style or anything of the person's: modules of a QR code alone."""
    svg = segno.make(text, error="m").svg_inline(scale=5, border=3, dark="#000", light="#fff")
    return mark_safe(svg)  # noqa: S308
