"""Set up codes by SMS: the number is typed, a code goes there, the code is typed."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.actions import message_factor
from accounts.errors import SmsRefused, TooManyAttempts
from accounts.pages.enrolling import Enrolment, enrolled, enrolling
from accounts.pages.sent_code import why_not
from accounts.pages.set_up_message import is_sent_twice, shown, waits_for_code
from accounts.see_other import SeeOther
from accounts.throttling import page_limit
from idp.ground.canonical import NotCanonical, phone_key

_PAGE = "accounts:set_up_sms"


class PhoneForm(forms.Form):
    """`clean` gives the number in E.164: one number, however it is typed."""

    phone_number = forms.CharField(
        label=_("Number of your mobile phone"),
        max_length=40,
        help_text=_("With the country code, such as +49 1512 3456789."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "autofocus": True}),
        error_messages={"required": _("Enter the number of your mobile phone.")},
    )

    def clean_phone_number(self) -> str:
        try:
            return phone_key(self.cleaned_data["phone_number"])
        except NotCanonical:
            raise forms.ValidationError(
                _("This number is not complete, or its country code is missing.")
            ) from None


@sensitive_post_parameters("otp_token")
@page_limit("second_factor", "300/m")
@require_http_methods(["GET", "HEAD", "POST"])
@enrolling("set_up_factor")
def view(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """A reload shows the state it is in; nothing is sent but for a press of a button."""
    user = enrolment.user
    device = message_factor.begun(user, "sms", enrolment.holder)
    if device is not None and "phone_number" not in request.POST:
        name = gettext("Phone")
        return waits_for_code(request, enrolment, device, page=_PAGE, name=name)
    if is_sent_twice(request, enrolment, "sms"):
        return enrolled(request, enrolment, "sms")
    if request.method == "POST" and "phone_number" not in request.POST:
        return SeeOther(enrolment.url(_PAGE))  # the other tab has finished, or it took too long
    form, status = PhoneForm(request.POST or None, initial={"phone_number": user.phone_number}), 200
    if request.method == "POST":
        status = _begin(request, enrolment, form)
        if status == 200:
            return SeeOther(enrolment.url(_PAGE))
    return shown(request, enrolment, "accounts/set_up_sms.html", status, form=form)


def _begin(request: HttpRequest, enrolment: Enrolment, form: PhoneForm) -> int:
    if not form.is_valid():
        return 400
    try:
        number = form.cleaned_data["phone_number"]
        message_factor.begin(request, enrolment.user, "sms", number, enrolment.holder)
    except SmsRefused as error:
        form.add_error("phone_number", why_not(error))
        return 400
    except TooManyAttempts as error:
        form.add_error("phone_number", why_not(error))
        return 429
    return 200
