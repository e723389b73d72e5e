"""A login, step by step. Until `advance` finds no step left, the person is anonymous."""

import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import authentication, languages
from accounts.acr import combined
from accounts.actions.sign_in import password_state
from accounts.finish_login import finish
from accounts.models import PendingLogin, Session, User
from accounts.notifications.stale import void_codes_of
from accounts.see_other import SeeOther
from accounts.steps import STEPS, next_step

_AT_MOST = 8
# Once the password is given, the other steps should follow within this time.
_HALF_DONE = timedelta(minutes=30)
# Marks an address that a browser was sent to with a cookie on the way.
_TRIED = "tried=1"


@dataclass(frozen=True, slots=True)
class Branding:
    """What the pages show of the application that asked, and where "cancel" leads (a path)."""

    name: str = ""
    logo_url: str = ""
    cancel_url: str = ""
    host: str = ""
    css_url: str = ""
    headline: str = ""
    help_url: str = ""


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
    demands: Iterable[str] = (),
    page: str = STEPS[0].page,
) -> HttpResponse:
    """Open a login that ends at `next_url`, a path of ours; send the browser to its first page.

    `demands`: what must be met at its end, see `second_factors.MFA`. `page`: another page to
    begin at, for somebody who has no account yet. A browser that was just given a cookie and comes
    without one is told so.
    """
    tried = _TRIED in urlsplit(local_path(next_url)).query.split("&")
    next_url = _unmarked(local_path(next_url))
    if tried and not _keeps_cookies(request):
        return render(request, "accounts/cookies_needed.html", {"again": next_url}, status=400)
    pending = PendingLogin(
        browser=authentication.ensure_browser(request),
        login_hint=login_hint[:254],
        next_url=next_url,
        branding=asdict(branding or Branding()),
        demands=list(demands),
        expires_at=timezone.now() + timedelta(seconds=settings.SIGNET.request_lifetime),
    )
    _open(pending)
    return SeeOther(page_url(page, pending))


def begin_for(
    request: HttpRequest,
    session: Session,
    next_url: str,
    *,
    kind: PendingLogin.Kind,
    branding: Branding | None = None,
    demands: Iterable[str] = (),
) -> HttpResponse:
    """Ask somebody who is signed in to prove more: that it is still them, or a second factor.

    Their session goes on meanwhile, and so it does when they turn away.
    """
    pending = PendingLogin(
        browser_id=session.browser_id,
        kind=kind,
        session=session,
        user=session.user,
        password_state=password_state(session.user),
        # What a session knows already is not asked for again, unless that is the point.
        amr=session.amr if kind == PendingLogin.Kind.STEP_UP else [],
        steps_done=["password"],
        next_url=local_path(next_url),
        branding=asdict(branding or Branding()),
        demands=list(demands),
        expires_at=timezone.now() + _HALF_DONE,
    )
    _open(pending)
    return advance(request, pending)


def _open(pending: PendingLogin) -> None:
    pending.save(force_insert=True)
    mine = PendingLogin.objects.filter(browser=pending.browser_id)
    oldest = list(mine.order_by("-created_at").values_list("pk", flat=True)[_AT_MOST:])
    if oldest:
        gone = PendingLogin.objects.filter(pk__in=oldest)
        void_codes_of(gone)
        gone.delete()


def page_url(page: str, pending: PendingLogin) -> str:
    """A page of this login. `next` goes along, so that a page older than its login goes on."""
    query = urlencode({"login": str(pending.pk), "next": pending.next_url})
    return f"{reverse(page)}?{query}"


def find(request: HttpRequest) -> PendingLogin | None:
    """The login that the URL names, if it is this browser's and still open."""
    return by_id(request, request.GET.get("login", ""))


def by_id(request: HttpRequest, key: str) -> PendingLogin | None:
    """The login of this id, if it is this browser's and still open, as its session must be: from
    one that was ended nothing more is added to the account."""
    browser = authentication.browser(request)
    try:
        pk = uuid.UUID(key)
    except ValueError:
        return None
    if browser is None:
        return None
    found = (
        PendingLogin.objects.select_related("user", "session__user")
        .filter(pk=pk, browser=browser, completed_at=None, expires_at__gt=timezone.now())
        .filter(Q(session=None) | Q(session__in=Session.objects.living()))
        .first()
    )
    if found is not None and found.user is not None:
        languages.speak_to(request, found.user)
    return found


def next_of(request: HttpRequest) -> str:
    """Where a page older than its login was to lead: its URL says so, and only paths count."""
    next_url = local_path(request.GET.get("next", "/"))
    return "/" if next_url.startswith(reverse("accounts:login")) else next_url


def resume_or_restart(request: HttpRequest) -> HttpResponse:
    """For a page whose login is gone: finished in another tab, too old, of another browser.

    On to where it was to lead: that page knows whether a sign-in is still needed, and begins one
    with the right name on it and the right way back. Without a cookie that page would lead here
    again, for ever: so it goes along, with a mark by which `begin` and the pages of a request to
    sign in at an app see that it was tried.
    """
    next_url = _unmarked(next_of(request))
    if _keeps_cookies(request):
        return SeeOther(next_url)
    authentication.ensure_browser(request)
    return SeeOther(f"{next_url}{'&' if '?' in next_url else '?'}{_TRIED}")


def _keeps_cookies(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def _unmarked(path: str) -> str:
    parts = urlsplit(path)
    kept = [one for one in parts.query.split("&") if one != _TRIED]
    return parts._replace(query="&".join(kept), fragment="").geturl()


def overtaken(request: HttpRequest, pending: PendingLogin) -> bool:
    """Whether somebody signed in in another tab since this login was begun."""
    return any(one.auth_time > pending.created_at for one in authentication.sessions(request))


def identified(
    request: HttpRequest, pending: PendingLogin | None, user: User, amr: Iterable[str]
) -> PendingLogin:
    """The first step is done: this is who they say they are. `amr`: how they said it.

    The login goes on under a new id, and where a step is left with a new cookie: who planted the
    old ones (session fixation) cannot walk along. `pending` may be gone: a page may be older than
    its login, and what was typed there is an answer all the same.
    """
    known = PendingLogin(
        browser=authentication.ensure_browser(request),
        user=user,
        password_state=password_state(user),
        steps_done=["password"],
        amr=list(combined(amr)),
        next_url=pending.next_url if pending else next_of(request),
        branding=pending.branding if pending else {},
        demands=pending.demands if pending else [],
        expires_at=timezone.now() + _HALF_DONE,
    )
    if next_step(known) is not None:
        authentication.renew(request)
    with transaction.atomic():
        if pending is not None:
            before = PendingLogin.objects.filter(pk=pending.pk)
            void_codes_of(before)
            before.delete()
        known.save(force_insert=True)
    return known


def done(
    request: HttpRequest, pending: PendingLogin, *steps: str, amr: Iterable[str] = ()
) -> HttpResponse:
    """These steps are done, and this was proven in them; on to the next one."""
    with transaction.atomic():
        found = PendingLogin.objects.select_for_update(of=("self",)).select_related("user")
        current = found.filter(pk=pending.pk, completed_at=None).first()
        if current is None:
            return resume_or_restart(request)
        current.steps_done = [*dict.fromkeys([*current.steps_done, *steps])]
        current.amr = list(combined([*current.amr, *amr]))
        current.trust_browser = pending.trust_browser
        current.save(update_fields=["steps_done", "amr", "trust_browser"])
    if next_step(current) is not None:
        authentication.renew(request)
    return advance(request, current)


def again(request: HttpRequest, pending: PendingLogin) -> HttpResponse:
    """From the first step, for the same app."""
    return begin(
        request,
        pending.next_url,
        branding=Branding(**pending.branding),
        demands=pending.demands,
    )


def without_person(pending: PendingLogin) -> PendingLogin:
    """The same way from its first step, with nobody on it yet: a new password ends the logins of
    its person, and this one leads on afterwards."""
    person = pending.user
    fresh = PendingLogin(
        browser_id=pending.browser_id,
        login_hint=(person.email or person.username)[:254] if person else pending.login_hint,
        next_url=pending.next_url,
        branding=pending.branding,
        demands=pending.demands,
        expires_at=timezone.now() + timedelta(seconds=settings.SIGNET.request_lifetime),
    )
    _open(fresh)
    return fresh


def advance(request: HttpRequest, pending: PendingLogin) -> HttpResponse:
    """Go to the next step's page, or finish."""
    step = next_step(pending)
    if step is not None:
        return SeeOther(page_url(step.page, pending))
    if not finish(request, pending):
        # Disabled or reset while this login was under way.
        return again(request, pending)
    return SeeOther(pending.next_url)
