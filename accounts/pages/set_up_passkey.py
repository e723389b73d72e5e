"""Add a passkey: from the account pages, or as a step of a login that demands a factor."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.acr import of_passkey
from accounts.actions import enrol_passkey
from accounts.models.user_agent import described
from accounts.pages.enrolling import Enrolment, enrolled, enrolling
from accounts.pages.passkey_form import PasskeyForm, as_attribute
from accounts.see_other import SeeOther


class SetUpForm(PasskeyForm):
    name = forms.CharField(
        label=_("Name of this passkey (optional)"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@enrolling("set_up_factor")
def view(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Each page has a challenge of its own, good once; the name may be left as it is."""
    user = enrolment.user
    if enrol_passkey.is_full(user):
        messages.error(request, _("You have very many passkeys. Remove one before you add more."))
        return SeeOther(reverse("accounts:security"))
    holder = enrolment.pending or enrolment.session
    assert holder is not None  # noqa: S101
    here = described(request.headers.get("User-Agent", "").replace("\0", ""))[:64] or str(
        _("Passkey")
    )
    form, status = SetUpForm(initial={"name": here}), 200
    if request.method == "POST":
        form = SetUpForm(request.POST)
        status, passkey = form.answer(
            lambda text: enrol_passkey.enrol(
                request, user, holder, text, form.cleaned_data["name"] or here
            )
        )
        if passkey is not None:
            amr = of_passkey(can_leave_hardware=passkey.backup_eligible)
            told = _("Saved. From now on you can sign in with this passkey alone.")
            return enrolled(request, enrolment, *amr, told=told)
    context = {
        **enrolment.context(),
        "form": form,
        "passkey_options": as_attribute(enrol_passkey.begin(request, user, holder)),
        "back_url": enrolment.url("accounts:set_up_factor"),
    }
    return render(request, "accounts/set_up_passkey.html", context, status=status)
