"""A login, step by step. Until `advance` finds no step left, the person is anonymous."""

import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import authentication
from accounts.actions.sign_in import password_state
from accounts.models import PendingLogin, User

_AT_MOST = 8


@dataclass(frozen=True, slots=True)
class Branding:
    """What the pages show of the application that asked, and where "cancel" leads (a path)."""

    name: str = ""
    logo_url: str = ""
    cancel_url: str = ""
    host: str = ""


class Step(NamedTuple):
    """One thing between a person and their session."""

    name: str
    needed: Callable[[PendingLogin], bool]
    page: str


def _unknown(pending: PendingLogin) -> bool:
    return pending.user_id is None


def _must_choose_password(pending: PendingLogin) -> bool:
    return pending.user is not None and pending.user.must_reset_password


STEPS = (
    Step("password", _unknown, "accounts:login"),
    Step("new_password", _must_choose_password, "accounts:new_password"),
)


def local_path(value: str) -> str:
    """The value if it is a path of ours, else the home page: never an open redirector."""
    good = (
        value.startswith("/")
        and not any(ord(char) < 33 or ord(char) > 126 or char == "\\" for char in value)
        and url_has_allowed_host_and_scheme(value, allowed_hosts=None)
    )
    return value if good else "/"


def begin(
    request: HttpRequest,
    next_url: str,
    *,
    login_hint: str = "",
    branding: Branding | None = None,
) -> HttpResponse:
    """Open a login that ends at `next_url`, a path of ours; send the browser to its first page."""
    browser = authentication.ensure_browser(request)
    now = timezone.now()
    pending = PendingLogin.objects.create(
        browser=browser,
        login_hint=login_hint[:254],
        next_url=local_path(next_url),
        branding=asdict(branding or Branding()),
        expires_at=now + timedelta(seconds=settings.SIGNET.request_lifetime),
    )
    kept = PendingLogin.objects.filter(browser=browser).order_by("-created_at")[:_AT_MOST]
    PendingLogin.objects.filter(browser=browser).exclude(
        pk__in=list(kept.values_list("pk", flat=True))
    ).delete()
    return redirect(page_url(STEPS[0].page, pending))


def page_url(page: str, pending: PendingLogin) -> str:
    """A page of this login. `next` goes along, so that a page older than its login goes on."""
    query = urlencode({"login": str(pending.pk), "next": pending.next_url})
    return f"{reverse(page)}?{query}"


def find(request: HttpRequest) -> PendingLogin | None:
    """The login that the URL names, if it is this browser's and still open."""
    browser = authentication.browser(request)
    try:
        key = uuid.UUID(request.GET.get("login", ""))
    except ValueError:
        return None
    if browser is None:
        return None
    return (
        PendingLogin.objects.select_related("user")
        .filter(pk=key, browser=browser, completed_at=None, expires_at__gt=timezone.now())
        .first()
    )


def resume_or_restart(request: HttpRequest) -> HttpResponse:
    """For a page whose login is gone: finished in another tab, too old, of another browser.

    On to where it was to lead: that page knows whether a sign-in is still needed, and begins one
    with the right name on it and the right way back.
    """
    next_url = local_path(request.GET.get("next", "/"))
    return redirect("/" if next_url.startswith(reverse("accounts:login")) else next_url)


def identified(pending: PendingLogin, user: User, amr: str) -> None:
    """The first step is done: this is who they say they are."""
    pending.user = user
    pending.password_state = password_state(user)
    pending.steps_done = [*pending.steps_done, "password"]
    pending.amr = [*pending.amr, amr]
    pending.save(update_fields=["user", "password_state", "steps_done", "amr"])


def advance(request: HttpRequest, pending: PendingLogin) -> HttpResponse:
    """Go to the next step's page, or finish: the only place where a session starts."""
    for step in STEPS:
        if step.needed(pending):
            return redirect(page_url(step.page, pending))
    user = User.objects.get(pk=pending.user_id or uuid.UUID(int=0))
    if not user.is_active or password_state(user) != pending.password_state:
        # Disabled or reset while this login was under way.
        return begin(request, pending.next_url)
    done = PendingLogin.objects.filter(pk=pending.pk, completed_at=None).update(
        completed_at=timezone.now()
    )
    if done:
        authentication.start(request, user, amr=tuple(pending.amr))
    return redirect(pending.next_url)
