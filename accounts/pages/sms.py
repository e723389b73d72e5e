"""A login asks for the code that was sent by SMS."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.models import PendingLogin, User
from accounts.pages import message_step
from accounts.pages.factor_step import factor_step
from accounts.throttling import page_limit


@sensitive_post_parameters()
@page_limit("second_factor", "300/m")
@require_http_methods(["GET", "HEAD", "POST"])
@factor_step("sms")
def view(request: HttpRequest, pending: PendingLogin, user: User) -> HttpResponse:
    """Six digits; each set of them works once, for ten minutes, in this login alone."""
    return message_step.answer(request, pending, user, "sms", "accounts:sms")
