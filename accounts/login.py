"""A login, step by step. Until `advance` finds no step left, the person is anonymous."""

import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import authentication
from accounts.actions.sign_in import password_state
from accounts.models import PendingLogin, User
from accounts.see_other import SeeOther

_AT_MOST = 8
# Once the password is given, the other steps should follow within this time.
_HALF_DONE = timedelta(minutes=30)


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
    pending = PendingLogin.objects.create(
        browser=browser,
        login_hint=login_hint[:254],
        next_url=local_path(next_url),
        branding=asdict(branding or Branding()),
        expires_at=timezone.now() + timedelta(seconds=settings.SIGNET.request_lifetime),
    )
    kept = PendingLogin.objects.filter(browser=browser).order_by("-created_at")[:_AT_MOST]
    PendingLogin.objects.filter(browser=browser).exclude(
        pk__in=list(kept.values_list("pk", flat=True))
    ).delete()
    return SeeOther(page_url(STEPS[0].page, pending))


def page_url(page: str, pending: PendingLogin) -> str:
    """A page of this login. `next` goes along, so that a page older than its login goes on."""
    query = urlencode({"login": str(pending.pk), "next": pending.next_url})
    return f"{reverse(page)}?{query}"


def find(request: HttpRequest) -> PendingLogin | None:
    """The login that the URL names, if it is this browser's and still open."""
    return by_id(request, request.GET.get("login", ""))


def by_id(request: HttpRequest, key: str) -> PendingLogin | None:
    """The login of this id, if it is this browser's and still open."""
    browser = authentication.browser(request)
    try:
        pk = uuid.UUID(key)
    except ValueError:
        return None
    if browser is None:
        return None
    return (
        PendingLogin.objects.select_related("user")
        .filter(pk=pk, browser=browser, completed_at=None, expires_at__gt=timezone.now())
        .first()
    )


def next_of(request: HttpRequest) -> str:
    """Where a page older than its login was to lead: its URL says so, and only paths count."""
    next_url = local_path(request.GET.get("next", "/"))
    return "/" if next_url.startswith(reverse("accounts:login")) else next_url


def resume_or_restart(request: HttpRequest) -> HttpResponse:
    """For a page whose login is gone: finished in another tab, too old, of another browser.

    On to where it was to lead: that page knows whether a sign-in is still needed, and begins one
    with the right name on it and the right way back.
    """
    return SeeOther(next_of(request))


def overtaken(request: HttpRequest, pending: PendingLogin) -> bool:
    """Whether somebody signed in in another tab since this login was begun."""
    return any(one.auth_time > pending.created_at for one in authentication.sessions(request))


def identified(
    request: HttpRequest, pending: PendingLogin | None, user: User, amr: str
) -> PendingLogin:
    """The first step is done: this is who they say they are.

    The login goes on under a new id, and where a step is left with a new cookie: who planted the
    old ones (session fixation) cannot walk along. `pending` may be gone: a page may be older than
    its login, and what was typed there is an answer all the same.
    """
    now = timezone.now()
    browser = authentication.ensure_browser(request)
    known = PendingLogin(
        browser=browser,
        user=user,
        password_state=password_state(user),
        steps_done=["password"],
        amr=[amr],
        next_url=pending.next_url if pending else next_of(request),
        branding=pending.branding if pending else {},
        expires_at=now + _HALF_DONE,
    )
    if any(step.needed(known) for step in STEPS):
        authentication.renew(request)
    with transaction.atomic():
        if pending is not None:
            PendingLogin.objects.filter(pk=pending.pk).delete()
        known.save(force_insert=True)
    return known


def again(request: HttpRequest, pending: PendingLogin) -> HttpResponse:
    """From the first step, for the same app."""
    return begin(request, pending.next_url, branding=Branding(**pending.branding))


def advance(request: HttpRequest, pending: PendingLogin) -> HttpResponse:
    """Go to the next step's page, or finish: the only place where a session starts."""
    for step in STEPS:
        if step.needed(pending):
            return SeeOther(page_url(step.page, pending))
    user = User.objects.get(pk=pending.user_id or uuid.UUID(int=0))
    if not user.is_active or password_state(user) != pending.password_state:
        # Disabled or reset while this login was under way.
        return again(request, pending)
    with transaction.atomic():
        done = PendingLogin.objects.filter(pk=pending.pk, completed_at=None).update(
            completed_at=timezone.now()
        )
        if done:
            authentication.start(request, user, amr=tuple(pending.amr))
    return SeeOther(pending.next_url)
