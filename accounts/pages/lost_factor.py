"""A login whose password is right, and whose second factors are all lost."""

from math import ceil

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import login
from accounts.actions import self_recovery
from accounts.actions.recovery_notices import is_lost
from accounts.errors import LinkNotValid, RecoveryStopped, TooManyAttempts
from accounts.models import PendingLogin, SelfRecovery, User
from accounts.pages.factor_step import factor_step
from accounts.see_other import SeeOther
from accounts.throttling import page_limit


@page_limit("lost_factor", "60/m")
@require_http_methods(["GET", "HEAD", "POST"])
@factor_step("")
def view(request: HttpRequest, pending: PendingLogin, user: User) -> HttpResponse:
    """Begin to wait; see how long it still takes; go on when the time is over."""
    if not self_recovery.is_offered(pending):
        return SeeOther(login.page_url("accounts:second_factor", pending))
    wait_minutes = 0
    if request.method == "POST":
        try:
            if "finish" in request.POST:
                self_recovery.complete(request, pending, user)
                response = login.advance(request, pending)
                if response.headers["Location"] == pending.next_url:
                    messages.warning(request, _next_step())
                return response
            self_recovery.begin(request, pending, user, anew="anew" in request.POST)
            return SeeOther(login.page_url("accounts:lost_factor", pending))
        except TooManyAttempts as error:
            wait_minutes = max(1, round(error.resets_in / 60))
        except (LinkNotValid, RecoveryStopped):
            # Not ready, stopped or over, perhaps in another tab: the page tells how it stands.
            return SeeOther(login.page_url("accounts:lost_factor", pending))
    return _shown(request, pending, user, wait_minutes)


def _next_step() -> str:
    link = format_html(
        '<a href="{}">{}</a>', reverse("accounts:set_up_factor"), _("Add a second factor")
    )
    return format_html("{} {}", _("You are in. Your account has no second factor now."), link)


def _shown(
    request: HttpRequest, pending: PendingLogin, user: User, wait_minutes: int
) -> HttpResponse:
    recovery = self_recovery.present(user)
    context = {
        "person": user,
        "branding": pending.branding,
        "state": _state(pending, user, recovery),
        "recovery": recovery,
        "hours": _hours(settings.SIGNET.recovery_delay),
        "minutes": max(1, round(settings.SIGNET.recovery_delay / 60)),
        "wait_minutes": wait_minutes,
        "back_url": login.page_url("accounts:second_factor", pending),
        "forgot_url": login.page_url("accounts:forgot_password", pending),
    }
    status = 429 if wait_minutes else 200
    return render(request, "accounts/lost_factor.html", context, status=status)


def _hours(seconds: int) -> int:
    """Not too few; none where minutes say it better."""
    is_told_so = seconds >= 86_400 or seconds % 3_600 == 0
    return ceil(seconds / 3_600) if is_told_so else 0


def _state(pending: PendingLogin, user: User, recovery: SelfRecovery | None) -> str:
    if recovery is not None:
        if is_lost(recovery):
            return "untold"
        if not self_recovery.is_of(recovery, pending):
            return "elsewhere"
        told = recovery.told_at is not None
        return "ready" if told and recovery.ready_at <= timezone.now() else "waiting"
    return "stopped" if self_recovery.was_stopped(user) else "new"
