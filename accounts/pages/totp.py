"""A login asks for the code of an authenticator app."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.actions import totp
from accounts.models import PendingLogin, User
from accounts.pages.factor_step import CodeForm, factor_step, passed, shown
from accounts.throttling import page_limit


@sensitive_post_parameters()
@page_limit("second_factor", "300/m")
@require_http_methods(["GET", "HEAD", "POST"])
@factor_step("totp")
def view(request: HttpRequest, pending: PendingLogin, user: User) -> HttpResponse:
    """Six digits; each set of them works once."""
    form, status = CodeForm(request.POST or None), 200
    if request.method == "POST":
        status = form.answer(lambda code: totp.verify(request, user, code))
        if status == 200:
            return passed(request, pending, form, "otp")
    return shown(
        request,
        "accounts/totp.html",
        "totp",
        pending,
        user,
        form,
        status,
        worn_out=totp.is_worn_out(user),
    )
