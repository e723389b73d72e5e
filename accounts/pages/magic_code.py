"""Sign in with a code by e-mail: the address, then the code."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import login
from accounts.actions import magic_code
from accounts.errors import TooManyAttempts
from accounts.models import PendingLogin, User
from accounts.pages.access import public
from accounts.pages.forgot_password import ForgotPasswordForm
from accounts.pages.sent_code import SentCode, SentCodeForm, sent_code, too_early, why_not
from accounts.see_other import SeeOther
from accounts.throttling import page_limit
from idp.ground.canonical import NotCanonical, email_key

_WAITING = "accounts:magic_code_sent"


class AddressForm(ForgotPasswordForm):
    """`clean` gives the address in its canonical form."""

    def clean_email(self) -> str:
        try:
            return email_key(self.cleaned_data["email"])
        except NotCanonical:
            raise forms.ValidationError(
                _("Enter an e-mail address such as anna@example.com.")
            ) from None


def _of_here(request: HttpRequest) -> PendingLogin | None:
    """The login this is a part of, if nobody is named in it yet."""
    if not settings.SIGNET.magic_codes:
        raise Http404
    pending = login.find(request)
    return pending if pending is not None and pending.user_id is None else None


@public
@page_limit("magic", "120/m")
@require_http_methods(["GET", "HEAD", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """The same answer for every address."""
    pending = _of_here(request)
    if pending is None:
        return login.resume_or_restart(request)
    hint = pending.login_hint if "@" in pending.login_hint else ""
    form, status = AddressForm(request.POST or None, initial={"email": hint}), 200
    if request.method == "POST":
        status = _send(request, pending, form)
        if status == 200:
            return SeeOther(login.page_url(_WAITING, pending))
    context = {
        "form": form,
        "branding": pending.branding,
        "sign_in_url": login.page_url("accounts:login", pending),
    }
    return render(request, "accounts/magic_code.html", context, status=status)


def _send(request: HttpRequest, pending: PendingLogin, form: AddressForm) -> int:
    if not form.is_valid():
        return 400
    try:
        magic_code.send(request, pending, form.cleaned_data["email"])
    except TooManyAttempts as error:
        form.add_error("email", why_not(error))
        return 429
    return 200


@public
@sensitive_post_parameters()
@page_limit("magic", "120/m")
@require_http_methods(["GET", "HEAD", "POST"])
def sent(request: HttpRequest) -> HttpResponse:
    """Waits for the code; only the browser that asked can use it."""
    pending = _of_here(request)
    if pending is None:
        return login.resume_or_restart(request)
    row = magic_code.latest(request, pending)
    if row is None:
        if request.method == "POST":
            messages.error(request, _("The code has expired. Have a new one sent."))
        return SeeOther(login.page_url("accounts:magic_code", pending))
    state = sent_code(row, row.destination)
    form, status, trouble = SentCodeForm(request.POST or None), 200, None
    try:
        if "again" in request.POST:
            _send_again(request, pending, state)
            return SeeOther(login.page_url(_WAITING, pending))
        if request.method == "POST":
            found: list[User] = []
            status = form.answer(lambda code: found.append(magic_code.use(request, pending, code)))
            if status == 200:
                known = login.identified(request, pending, found[0], ["email"])
                return login.advance(request, known)
    except TooManyAttempts as error:
        form, status, trouble = SentCodeForm(), 429, why_not(error)
    row = magic_code.latest(request, pending)
    context = {
        "form": form,
        "branding": pending.branding,
        "trouble": trouble,
        "sent": sent_code(row, state.to),
        "again_url": login.page_url("accounts:magic_code", pending),
        "sign_in_url": login.page_url("accounts:login", pending),
    }
    return render(request, "accounts/magic_code_sent.html", context, status=status)


def _send_again(request: HttpRequest, pending: PendingLogin, state: SentCode) -> None:
    if state.wait:
        messages.info(request, too_early(state))
    else:
        magic_code.send(request, pending, state.to)
