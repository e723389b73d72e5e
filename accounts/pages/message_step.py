"""A login asks for a code that was sent: what SMS and e-mail have in common."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from accounts import login
from accounts.actions import message_factor
from accounts.errors import SmsRefused, TooManyAttempts
from accounts.models import MessageDevice, PendingLogin, User
from accounts.pages.factor_step import passed, shown
from accounts.pages.sent_code import SentCodeForm, sent_code, too_early, why_not
from accounts.see_other import SeeOther


def answer(
    request: HttpRequest, pending: PendingLogin, user: User, channel: str, page: str
) -> HttpResponse:
    """The first look sends a code, and Back, a reload or a prefetch finds that one; then only the
    button sends another. Typed codes and the button come by POST.

    Somebody who is signed in comes here by a mere link, or an app leads them: nothing is sent
    until they press the button, or pages that are only opened would spend what they may be sent.
    """
    device = message_factor.of(user, channel)
    form, status, trouble = SentCodeForm(), 200, None
    try:
        if request.method == "POST" and "again" in request.POST:
            _send_again(request, device, pending)
            return SeeOther(login.page_url(page, pending))
        if request.method == "POST":
            form = SentCodeForm(request.POST)
            status = form.answer(
                lambda code: message_factor.verify(request, device, pending.pk, code)
            )
            if status == 200:
                return passed(request, pending, form, channel)
        elif request.method == "GET" and _is_first_look(request, device, pending):
            message_factor.send_to(request, device, pending)
    except TooManyAttempts as error:
        trouble, status = why_not(error), 429
    except SmsRefused as error:
        trouble = why_not(error)
    device.refresh_from_db(fields=["failures"])
    worn_out = message_factor.is_worn_out(device)
    sent = sent_code(message_factor.latest(request, device, pending.pk), device.masked)
    waits_for_press = pending.session_id is not None and not worn_out and not form.is_bound
    return shown(
        request,
        "accounts/message_code.html",
        channel,
        pending,
        user,
        form,
        status,
        channel=channel,
        trouble=trouble,
        worn_out=worn_out,
        sent=sent,
        to_send=waits_for_press and sent.state == "none",
    )


def _is_first_look(request: HttpRequest, device: MessageDevice, pending: PendingLogin) -> bool:
    if pending.session_id is not None or message_factor.is_worn_out(device):
        return False
    return message_factor.latest(request, device, pending.pk) is None


def _send_again(request: HttpRequest, device: MessageDevice, pending: PendingLogin) -> None:
    if message_factor.is_worn_out(device):
        return
    present = sent_code(message_factor.latest(request, device, pending.pk), device.masked)
    if present.wait:
        messages.info(request, too_early(present))
    else:
        message_factor.send_to(request, device, pending)
