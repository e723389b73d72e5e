"""A login asks for a passkey as the second factor."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.actions import use_passkey
from accounts.models import PendingLogin, User
from accounts.pages.factor_step import factor_step, passed, shown
from accounts.pages.passkey_form import PasskeyForm, as_attribute
from accounts.throttling import page_limit


@sensitive_post_parameters()
@page_limit("second_factor", "300/m")
@require_http_methods(["GET", "HEAD", "POST"])
@factor_step("passkey")
def view(request: HttpRequest, pending: PendingLogin, user: User) -> HttpResponse:
    """Each page has a challenge of its own, good once."""
    form, status = PasskeyForm(), 200
    if request.method == "POST":
        form = PasskeyForm(request.POST)
        status, amr = form.answer(lambda text: use_passkey.verify(request, pending, user, text))
        if amr is not None:
            return passed(request, pending, form, *amr)
    options = as_attribute(use_passkey.begin(request, pending, user))
    return shown(
        request,
        "accounts/passkey.html",
        "passkey",
        pending,
        user,
        form,
        status,
        passkey_options=options,
    )
