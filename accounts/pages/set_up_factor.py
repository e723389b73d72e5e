"""Which second factor shall it be?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.pages.enrolling import Enrolment, enrolling
from accounts.second_factors import FACTORS, MFA

# What each is and does, in the words of the person who will use it.
_WORDS = {
    "passkey": (_("Passkey"), _("Your fingerprint, face or screen lock, or a security key.")),
    "totp": (_("Authenticator app"), _("An app on your phone shows six digits.")),
    "sms": (_("Code by SMS"), _("Less safe: messages can be intercepted or misdirected.")),
    "email": (_("Code by e-mail"), _("Only as safe as your mailbox.")),
}


@require_safe
@enrolling("set_up_factor")
def view(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Every kind there is; a login that demands two factors offers the strong ones alone."""
    strong = enrolment.pending is not None and MFA in enrolment.pending.demands
    choices = [
        {
            "name": factor.name,
            "words": _WORDS[factor.name][0],
            "detail": _WORDS[factor.name][1],
            "url": enrolment.url(factor.set_up),
        }
        for factor in FACTORS
        if factor.is_on and factor.stands_alone and (factor.is_strong or not strong)
    ]
    context = {**enrolment.context(), "choices": choices, "demanded": enrolment.pending is not None}
    return render(request, "accounts/set_up_factor.html", context)
