"""Which second factor shall it be?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import second_factors
from accounts.pages.enrolling import Enrolment, enrolling


@require_safe
@enrolling("set_up_factor")
def view(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Every kind there is; a login offers those alone that count in it."""
    pending = enrolment.pending
    demands, amr = (pending.demands, pending.amr) if pending is not None else ([], [])
    choices = [
        {
            "name": factor.name,
            "words": factor.words,
            "detail": factor.detail,
            "url": enrolment.url(factor.set_up),
        }
        for factor in second_factors.to_set_up(demands, amr)
    ]
    context = {**enrolment.context(), "choices": choices, "demanded": pending is not None}
    return render(request, "accounts/set_up_factor.html", context)
