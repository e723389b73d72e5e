"""A set of recovery codes: shown once, kept by the person, one typed back."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts import login
from accounts.actions import recovery_codes
from accounts.errors import CodeNotRight, CodesReplaced
from accounts.pages.enrolling import Enrolment, enrolling
from accounts.second_factors import offered
from accounts.see_other import SeeOther


class SavedForm(forms.Form):
    sealed = forms.CharField(widget=forms.HiddenInput(), max_length=2_000)
    recovery_code = forms.CharField(
        label=_("Type one of them back"),
        max_length=40,
        help_text=_("Only then do they work."),
        widget=forms.TextInput(
            attrs={
                "class": "code long",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
        error_messages={"required": _("Type one of the codes, so that we know you have them.")},
    )


@sensitive_post_parameters()
@sensitive_variables("new", "form", "context")
@require_http_methods(["GET", "HEAD", "POST"])
@enrolling("recovery_codes")
def view(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """The codes they replace work until one of the new ones was typed."""
    user = enrolment.user
    if not offered(user):
        return SeeOther(enrolment.url("accounts:set_up_factor"))
    new = recovery_codes.shown(user, request.POST.get("sealed", ""))
    form, status = SavedForm(request.POST or None), 200
    if new is None:
        new, form = recovery_codes.make(user), SavedForm()
    elif "download" in request.POST:
        return _as_file(new.codes)
    elif form.is_valid():
        try:
            typed = form.cleaned_data["recovery_code"]
            recovery_codes.keep(request, user, enrolment.holder, new, typed)
        except CodeNotRight:
            form.add_error("recovery_code", _("This is none of the codes above."))
        except CodesReplaced:
            new, form, status = recovery_codes.make(user), SavedForm(), 409
            messages.warning(request, _("That page was out of date. These are new codes."))
        else:
            return _saved(request, enrolment)
    if form.errors:
        status = 400
    context = {
        **enrolment.context(),
        "form": form,
        "codes": new.codes,
        "sealed": new.sealed,
        "left": recovery_codes.left_of(user),
    }
    return render(request, "accounts/recovery_codes.html", context, status=status)


def _as_file(codes: tuple[str, ...]) -> HttpResponse:
    """Those on the page, out of the sealed field of its form: no address and no cache holds them.

    They do not work by that: one of them is still to be typed back.
    """
    words = _("Recovery codes for your account at %(issuer)s. Each works once.")
    text = "\r\n".join([words % {"issuer": settings.SIGNET.issuer}, "", *codes, ""])
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": 'attachment; filename="recovery-codes.txt"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)


def _saved(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    if enrolment.pending is not None:
        return login.done(request, enrolment.pending, "recovery_codes")
    messages.success(request, _("Saved. Keep the codes where you find them without your phone."))
    return SeeOther(reverse("accounts:security"))
