"""Set up codes by e-mail: to the account's own proven address, and to no other."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.actions import message_factor
from accounts.errors import TooManyAttempts
from accounts.models import PendingLogin
from accounts.pages.enrolling import Enrolment, enrolled, enrolling
from accounts.pages.sent_code import why_not
from accounts.pages.set_up_message import is_sent_twice, shown, waits_for_code
from accounts.second_factors import to_set_up
from accounts.see_other import SeeOther
from accounts.throttling import page_limit

_PAGE = "accounts:set_up_email"


@sensitive_post_parameters("otp_token")
@page_limit("second_factor", "300/m")
@require_http_methods(["GET", "HEAD", "POST"])
@enrolling("set_up_factor")
def view(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """A press sends the code; what a form brings along decides nothing about where it goes."""
    if not settings.SIGNET.email_codes:
        raise Http404
    user = enrolment.user
    pending = enrolment.pending
    if pending is not None and not _counts(pending):
        return SeeOther(enrolment.url("accounts:set_up_factor"))  # it would not be enough
    address = (user.email_key or "") if user.email_verified else ""
    device = message_factor.begun(user, "email", enrolment.holder)
    if device is not None and device.destination == address and "begin" not in request.POST:
        name = gettext("Mailbox")
        return waits_for_code(request, enrolment, device, page=_PAGE, name=name)
    if is_sent_twice(request, enrolment, "email"):
        return enrolled(request, enrolment, "email")
    status, trouble = 200, None
    if "begin" in request.POST and address:
        try:
            message_factor.begin(request, user, "email", address, enrolment.holder)
        except TooManyAttempts as error:
            status, trouble = 429, why_not(error)
        else:
            return SeeOther(enrolment.url(_PAGE))
    return shown(
        request, enrolment, "accounts/set_up_email.html", status, address=address, trouble=trouble
    )


def _counts(pending: PendingLogin) -> bool:
    return any(one.name == "email" for one in to_set_up(pending.demands, pending.amr))
