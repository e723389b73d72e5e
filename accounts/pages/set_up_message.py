"""Setting up codes by SMS or e-mail, from the first code on: what both have in common."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.actions import message_factor
from accounts.errors import SmsRefused, TooManyAttempts
from accounts.models import MessageDevice
from accounts.pages.enrolling import Enrolment, enrolled
from accounts.pages.sent_code import SentCodeForm, sent_code, too_early, why_not
from accounts.see_other import SeeOther


def waits_for_code(
    request: HttpRequest, enrolment: Enrolment, device: MessageDevice, *, page: str, name: str
) -> HttpResponse:
    """The page on which the first code is typed. `name`: what the list will call the device."""
    form, status, trouble = SentCodeForm(), 200, None
    try:
        if "change" in request.POST:
            message_factor.drop(device)
            return SeeOther(enrolment.url(page))
        if "again" in request.POST:
            _send_again(request, device)
            return SeeOther(enrolment.url(page))
        if request.method == "POST":
            form = SentCodeForm(request.POST)
            status = form.answer(lambda code: message_factor.confirm(request, device, code, name))
            if status == 200:
                return enrolled(request, enrolment, device.channel)
    except TooManyAttempts as error:
        trouble, status = why_not(error), 429
    except SmsRefused as error:
        trouble = why_not(error)
    sent = sent_code(message_factor.latest_first(request, device), _shown(device))
    return shown(
        request,
        enrolment,
        "accounts/set_up_message_code.html",
        status,
        form=form,
        channel=device.channel,
        trouble=trouble,
        sent=sent,
    )


def is_sent_twice(request: HttpRequest, enrolment: Enrolment, channel: str) -> bool:
    """Whether the code of this form turned the factor on a moment ago."""
    code = request.POST.get("otp_token", "")
    return bool(code) and message_factor.was_confirmed(
        request, enrolment.user, channel, enrolment.holder, code
    )


def _shown(device: MessageDevice) -> str:
    """In full: whoever typed it wants to see whether it is right."""
    return str(device.destination)


def _send_again(request: HttpRequest, device: MessageDevice) -> None:
    present = sent_code(message_factor.latest_first(request, device), _shown(device))
    if present.wait:
        messages.info(request, too_early(present))
    else:
        message_factor.send_first(request, device)


def shown(
    request: HttpRequest, enrolment: Enrolment, template: str, status: int, **context: Any
) -> HttpResponse:
    """A page of an enrolment, with the way back to the other kinds."""
    context |= {**enrolment.context(), "back_url": enrolment.url("accounts:set_up_factor")}
    return render(request, template, context, status=status)
