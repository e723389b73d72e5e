"""Who is signed in, since when and how. The only writer of Browser and Session rows."""

import uuid
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils import timezone

from accounts import audit
from accounts.acr import acr_of, combined
from accounts.end_access import end_access
from accounts.models import Browser, Session, User
from accounts.session_store import KNOWN, REPLACED
from accounts.throttling import Limit, claim, subnet

_BROWSER = "browser"
# Why a session ended that its person ended from another one (pages/sessions.py), or with the old
# password.
_ENDED_ELSEWHERE = ("ended_by_person", "password_changed")
_TOUCH = timedelta(seconds=60)
_NEVER = datetime.fromtimestamp(0, UTC)


def browser(request: HttpRequest) -> Browser | None:
    """The browser that the cookie names, if it names one we know."""
    try:
        key = uuid.UUID(request.session.get(_BROWSER, ""))
    except (ValueError, TypeError, AttributeError):
        return None
    return Browser.objects.filter(pk=key).first()


def ensure_browser(request: HttpRequest) -> Browser:
    """The browser; a new one is made (and gets its cookie) on the first need.

    Raises `TooManyAttempts` for a network that has made very many: whoever throws the cookie away
    at every request could otherwise fill the tables without ever signing in.
    """
    found = browser(request)
    if found is None:
        network = subnet(request.META.get("REMOTE_ADDR", ""))
        claim([Limit(f"browser/net/{network}", burst=120, every=0.5)])
        if request.session.get(REPLACED):
            renew(request)
        found = Browser.objects.create(
            user_agent=request.headers.get("User-Agent", "")[:300],
            address=request.META.get("REMOTE_ADDR") or None,
        )
        request.session[_BROWSER] = str(found.pk)
        request.__dict__.pop("_signet_sessions", None)
    return found


def renew(request: HttpRequest) -> None:
    """A new cookie and a new CSRF secret: ones planted before are worth nothing from here on."""
    request.session.cycle_key()
    rotate_token(request)


def sessions(request: HttpRequest) -> list[Session]:
    """Living sessions of this browser, the default one first; read once a request."""
    if "_signet_sessions" not in request.__dict__:
        found: list[Session] = []
        key = request.session.get(_BROWSER)
        if key:
            found = list(
                Session.objects.living()
                .filter(browser_id=key)
                .select_related("user", "browser")
                .order_by("-is_default", "-last_used_at")
            )
        request.__dict__["_signet_sessions"] = found
    known: list[Session] = request.__dict__["_signet_sessions"]
    return known


def was_ended_elsewhere(request: HttpRequest) -> bool:
    """Whether nobody is signed in here because the last one ended it from another browser."""
    key = request.session.get(_BROWSER)
    if not key or sessions(request):
        return False
    newest = Session.objects.filter(browser_id=key).order_by("-auth_time")
    return newest.values_list("end_reason", flat=True).first() in _ENDED_ELSEWHERE


def current(
    request: HttpRequest, *, chosen: uuid.UUID | None = None, person: uuid.UUID | None = None
) -> Session | None:
    """The living session this request acts for.

    `chosen`: id of the session picked for this very request; nothing else will do then.
    `person`: id of the user a hint names. Otherwise the default one, or the only one.
    """
    living = sessions(request)
    if chosen is not None:
        return next((one for one in living if one.pk == chosen), None)
    if person is not None:
        return next((one for one in living if one.user_id == person), None)
    if len(living) == 1 or (living and living[0].is_default):
        return living[0]
    return None


def began(request: HttpRequest, user: User) -> datetime | None:
    """When this person, or whoever is in their place, first came in where the request is from.

    Not when the present session began: signing out and in again is no news to anybody.
    """
    session = current(request, person=user.pk) if hasattr(request, "session") else None
    if session is None:
        return None
    here = Session.objects.filter(browser=session.browser_id, user=user)
    return here.order_by("created_at").values_list("created_at", flat=True).first()


def touch(session: Session) -> None:
    """Note that it is used, at most once a minute."""
    now = timezone.now()
    if session.last_used_at < now - _TOUCH:
        Session.objects.filter(pk=session.pk, last_used_at__lt=now - _TOUCH).update(
            last_used_at=now
        )
        Browser.objects.filter(pk=session.browser_id).update(last_seen_at=now)


def start(
    request: HttpRequest, user: User, *, amr: tuple[str, ...], spared: bool = False
) -> Session:
    """Sign a person in; called by `finish_login` alone, after every step is done.

    `spared`: the browser is trusted and the second factor was not asked for. Such a session is not
    fresh: what decides who gets in is changed only after a factor was shown.

    A further login of the same person in this browser renews the same row, so that the `sid`
    applications know stays; another person's login ends nobody else's session. The cookie's
    value and the CSRF secret change: one planted before the login is worth nothing after it.
    """
    here = ensure_browser(request)
    renew(request)
    request.session[KNOWN] = True
    now = timezone.now()
    with transaction.atomic():
        # One login at a time in one browser.
        Browser.objects.select_for_update().get(pk=here.pk)
        mine = Session.objects.filter(browser=here, user=user, ended_at=None)
        mine.exclude(pk__in=Session.objects.living(now)).close("expired", now)
        Session.objects.filter(browser=here, ended_at=None).update(is_default=False)
        values = {
            "is_default": True,
            "auth_time": now,
            "confirmed_at": _NEVER if spared else now,
            "amr": list(amr),
            "acr": acr_of(amr),
            "last_used_at": now,
            "expires_at": now + timedelta(seconds=settings.SIGNET.session_absolute),
            "epoch": settings.SIGNET.epoch,
        }
        session, _ = Session.objects.update_or_create(
            browser=here, user=user, ended_at=None, defaults=values
        )
        Browser.objects.filter(pk=here.pk).update(
            last_seen_at=now,
            user_agent=request.headers.get("User-Agent", "")[:300],
            address=request.META.get("REMOTE_ADDR") or None,
        )
        audit.record(
            audit.LOGIN,
            request=request,
            actor=user,
            subject=user,
            data={"session": str(session.pk), "amr": list(amr)},
        )
    request.__dict__.pop("_signet_sessions", None)
    return session


def confirm(request: HttpRequest, session: Session, *, amr: tuple[str, ...]) -> None:
    """The person proved once more that they are there; called by `finish_login` alone.

    What was proven adds to what the session knows; `auth_time` stays that of the sign-in, which
    this is not. The cookie's value changes, because what it may do grows.
    """
    renew(request)
    now = timezone.now()
    known = combined([*session.amr, *amr])
    with transaction.atomic():
        found = Session.objects.living(now).filter(pk=session.pk)
        if not found.update(confirmed_at=now, last_used_at=now, amr=list(known), acr=acr_of(known)):
            return
        audit.record(
            audit.CONFIRMED,
            request=request,
            actor=session.user,
            subject=session.user,
            data={"session": str(session.pk), "amr": list(amr)},
        )
    request.__dict__.pop("_signet_sessions", None)


def is_fresh(session: Session) -> bool:
    """Whether the person proved a moment ago that it is still them before the screen."""
    return session.confirmed_at > timezone.now() - timedelta(seconds=settings.SIGNET.fresh_for)


def make_stale(user: User, *, keep: uuid.UUID | None) -> None:
    """In every session but one (an id) the person has to prove again that it is them."""
    others = Session.objects.filter(user=user, ended_at=None)
    (others.exclude(pk=keep) if keep else others).update(confirmed_at=_NEVER)


def make_default(request: HttpRequest, session: Session) -> None:
    """From now on pages that name no account act for this one."""
    with transaction.atomic():
        Browser.objects.select_for_update().get(pk=session.browser_id)
        Session.objects.filter(browser=session.browser_id, ended_at=None).update(is_default=False)
        Session.objects.filter(pk=session.pk, ended_at=None).update(is_default=True)
    request.__dict__.pop("_signet_sessions", None)


def end(request: HttpRequest, session: Session, reason: str = "logout") -> None:
    """Sign one account out of this browser; the others stay.

    None of several others becomes the default by that: nobody is somebody else without a word.
    """
    end_access(session=session, reason=reason, request=request, actor=session.user)
    request.__dict__.pop("_signet_sessions", None)
    rest = sessions(request)
    if len(rest) == 1:
        make_default(request, rest[0])  # whoever signed the other one out knows


def end_all(request: HttpRequest, reason: str = "logout") -> None:
    """Sign every account out of this browser, and give it a new cookie."""
    for session in sessions(request):
        end_access(session=session, reason=reason, request=request, actor=session.user)
    request.__dict__.pop("_signet_sessions", None)
    renew(request)
