"""Which second factor shall it be?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import second_factors
from accounts.pages.enrolling import Enrolment, enrolling


@require_safe
@enrolling("set_up_factor")
def view(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Every kind there is; a login that demands two factors offers the strong ones alone."""
    strong = enrolment.pending is not None and second_factors.MFA in enrolment.pending.demands
    choices = [
        {
            "name": factor.name,
            "words": factor.words,
            "detail": factor.detail,
            "url": enrolment.url(factor.set_up),
        }
        for factor in second_factors.FACTORS
        if factor.is_on and factor.set_up and (factor.is_strong or not strong)
    ]
    context = {**enrolment.context(), "choices": choices, "demanded": enrolment.pending is not None}
    return render(request, "accounts/set_up_factor.html", context)
