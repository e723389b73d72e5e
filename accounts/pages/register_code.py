"""The tab that waits for the code of a new account, and goes on once the address is proven."""

import uuid
from dataclasses import replace
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import authentication, login
from accounts.actions.one_time_code import LIFETIME, RESEND_AFTER, latest
from accounts.actions.prove_address import by_code, take_up
from accounts.actions.register import NEW, send_code
from accounts.errors import LinkNotValid, NameTaken
from accounts.models import PendingLogin, Registration
from accounts.pages.access import public
from accounts.pages.sent_code import SentCode, SentCodeForm, sent_code, too_early
from accounts.see_other import SeeOther
from accounts.throttling import page_limit


def code_url(registration: Registration) -> str:
    """The page of this registration; it opens in its own browser only."""
    query = urlencode(
        {
            "r": str(registration.pk),
            "login": registration.details["login"],
            "next": registration.next_url,
        }
    )
    return f"{reverse('accounts:register_code')}?{query}"


def go_on(request: HttpRequest, registration: Registration) -> HttpResponse:
    """The account is there: on with the login that was interrupted, in the browser it began in."""
    pending = login.by_id(request, registration.details["login"]) or PendingLogin(
        browser=registration.browser,
        next_url=registration.next_url,
        branding=registration.branding,
    )
    user = take_up(registration)
    if user is None:
        return SeeOther(login.local_path(registration.next_url))
    return login.advance(request, login.identified(request, pending, user, ["pwd"]))


@public
@page_limit("register_code", "120/m")
@require_http_methods(["GET", "HEAD", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """One field. The link in the same mail proves the address too, in whatever browser."""
    registration = _mine(request)
    if registration is None:
        return login.resume_or_restart(request)
    if registration.user_id is not None:
        return go_on(request, registration)
    if registration.expires_at <= timezone.now():
        return _begin_again(request, registration)
    form, status = SentCodeForm(request.POST or None), 200
    if "again" in request.POST:
        _send_again(request, registration)
        return SeeOther(code_url(registration))
    if request.method == "POST":
        try:
            status = form.answer(
                lambda code: by_code(request=request, registration=registration, code=code)
            )
        except NameTaken:
            return account_exists(request, registration)
        except LinkNotValid:
            return _begin_again(request, registration)
        if status == 200:
            registration.refresh_from_db()
            return go_on(request, _of_this_tab(request, registration))
    context = {
        "form": form,
        "sent": _sent(request, registration),
        "branding": registration.branding,
        "other_url": _register_url(registration),
    }
    return render(request, "accounts/register_code.html", context, status=status)


def _sent(request: HttpRequest, registration: Registration) -> SentCode:
    row = latest(purpose=NEW, subject=registration.pk, request=request)
    found = sent_code(row, registration.details["email"])
    age = timezone.now() - registration.created_at
    if row is None and age < LIFETIME:
        # No mail left: its budget is spent. The page tells nobody of that.
        wait = max(0, round((RESEND_AFTER - age).total_seconds()))
        return replace(found, state="waiting", wait=wait)
    return found


def _send_again(request: HttpRequest, registration: Registration) -> None:
    state = _sent(request, registration)
    if state.wait:
        messages.info(request, str(too_early(state)))
    else:
        send_code(request=request, registration=registration)


def open_again(request: HttpRequest) -> HttpResponse:
    """For a form whose CSRF token was replaced meanwhile, by the first press of a double one."""
    registration = _mine(request)
    if registration is not None and registration.user_id is None:
        messages.info(
            request, _("This page was out of date. Nothing was sent on. Please try again.")
        )
    return SeeOther(login.local_path(request.get_full_path()))


def account_exists(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Shown to nobody but who proved that the address is theirs."""
    here = authentication.browser(request)
    in_own_browser = here is not None and here.pk == registration.browser_id
    context = {
        "address": registration.details["email"],
        "branding": registration.branding if in_own_browser else {},
        "sign_in_url": login.local_path(registration.next_url) if in_own_browser else "/",
    }
    return render(request, "accounts/account_exists.html", context, status=400)


def _mine(request: HttpRequest) -> Registration | None:
    browser = authentication.browser(request)
    try:
        pk = uuid.UUID(request.GET.get("r", ""))
    except ValueError:
        return None
    if browser is None:
        return None
    found = Registration.objects.select_related("user", "browser", "invitation")
    row = found.filter(pk=pk, browser=browser).first()
    return _of_this_tab(request, row) if row else None


def _of_this_tab(request: HttpRequest, registration: Registration) -> Registration:
    """The same address, sent from the tabs of two apps, is one registration: each tab goes on to
    its own app."""
    key = request.GET.get("login", "")
    if key != registration.details["login"]:
        pending = login.by_id(request, key)
        registration.details = {**registration.details, "login": key}
        registration.next_url = login.local_path(request.GET.get("next", ""))
        registration.branding = pending.branding if pending else {}
    return registration


def _register_url(registration: Registration) -> str:
    query = urlencode({"login": registration.details["login"], "next": registration.next_url})
    return f"{reverse('accounts:register')}?{query}"


def _begin_again(request: HttpRequest, registration: Registration) -> HttpResponse:
    messages.info(request, _("That took too long, and nothing was kept. Please begin again."))
    return SeeOther(_register_url(registration))
