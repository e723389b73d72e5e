"""“That wasn’t me”: one page shuts everything. From a mail, or from the account pages."""

import time
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit, authentication
from accounts.actions.contact_change import UNDO
from accounts.actions.lock_down import LockedDown, lock_down
from accounts.actions.not_me import open_not_me
from accounts.activity_words import words_of
from accounts.errors import LinkNotValid
from accounts.masked import masked_address
from accounts.models import AuditEvent, Session, User
from accounts.pages.access import fresh, public
from accounts.pages.kept_secret import keep, kept
from accounts.pages.silent import silent
from accounts.see_other import SeeOther

_TOKEN = "not_me"  # noqa: S105
_DONE = "not_me_done"
_MOST_TOLD = 5
_SENT_TWICE = 60  # seconds


@public
@require_http_methods(["GET", "HEAD", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """GET only shows: mail programs open links too. Nobody is signed in by it."""
    if "token" in request.GET:
        return _take(request, request.GET["token"])
    if "event" not in request.GET and _TOKEN in request.session:
        return _by_mail(request)
    if (
        request.method == "POST"
        and _DONE in request.session
        and not authentication.current(request)
    ):
        return SeeOther(reverse("accounts:not_me_done"))  # pressed twice
    return _signed_in(request)


def _take(request: HttpRequest, token: str) -> HttpResponse:
    try:
        open_not_me(token)
    except LinkNotValid:
        return render(request, "accounts/notice_link_not_valid.html", status=400)
    keep(request, _TOKEN, token)
    return silent(SeeOther(reverse("accounts:not_me")))


def _by_mail(request: HttpRequest) -> HttpResponse:
    try:
        reported = open_not_me(kept(request, _TOKEN))
    except LinkNotValid:
        del request.session[_TOKEN]
        return render(request, "accounts/notice_link_not_valid.html", status=400)
    if request.method == "POST":
        try:
            done = lock_down(
                request=request, user=reported.user, event=reported.event, since=reported.since
            )
        except LinkNotValid:
            # Of two presses at one moment the other did it, and keeps in this session what it did.
            return SeeOther(reverse("accounts:not_me_done"))
        del request.session[_TOKEN]
        return _finished(request, reported.user, done)
    context = {
        "base": "base.html",
        "person": reported.user,
        **_words(_event(str(reported.event), reported.user)),
    }
    return silent(render(request, "accounts/not_me.html", context))


@fresh
def _signed_in(request: HttpRequest, session: Session) -> HttpResponse:
    event = _event(request.GET.get("event", ""), session.user)
    press = [str(session.pk), event.pk if event else None]
    if request.method == "POST":
        if _is_again(request, press):
            return SeeOther(reverse("accounts:not_me_done"))
        done = lock_down(
            request=request,
            user=session.user,
            event=event.pk if event else None,
            since=event.at if event else None,
            keep_session=session,
        )
        # A copy of this browser's cookie is worth nothing either. The CSRF secret stays, so that
        # the form sent twice ends where the first press did.
        request.session.cycle_key()
        return _finished(request, session.user, done, press)
    context: dict[str, Any] = {"base": "account_base.html", "session": session, "tab": "activity"}
    context |= _words(event)
    if event is None:
        context["lately"] = _lately(session.user)
    return render(request, "accounts/not_me.html", context)


def _lately(user: User) -> list[tuple[AuditEvent, str]]:
    """What could still be taken back, the oldest first."""
    found = AuditEvent.objects.filter(
        subject=user,
        name__in=(audit.EMAIL_CHANGED, audit.PHONE_CHANGED, audit.FACTOR_ADDED),
        at__gt=timezone.now() - UNDO,
    )
    return [(one, str(words_of(one))) for one in found.order_by("id")[:_MOST_TOLD]]


def _event(key: str, user: User) -> AuditEvent | None:
    """What is reported; somebody else's event is as unknown as none."""
    if not key.isascii() or not key.isdigit() or len(key) > 18:
        return None
    return AuditEvent.objects.filter(pk=int(key), subject=user).first()


def _words(event: AuditEvent | None) -> dict[str, Any]:
    return {"event": event, "words": words_of(event)} if event else {}


def _is_again(request: HttpRequest, press: list[Any]) -> bool:
    """The same form sent twice: the second press would void the link of the first."""
    before = request.session.get(_DONE, {})
    return bool(before.get("press") == press and before["at"] > time.time() - _SENT_TWICE)


def _finished(
    request: HttpRequest, user: User, done: LockedDown, press: list[Any] | None = None
) -> HttpResponse:
    ended = done.ended
    counts = [ended.sessions, ended.grants, ended.browsers, ended.logins]
    taken = done.taken_back
    request.session[_DONE] = {
        "counts": counts,
        "taken_back": [
            list(taken.contacts),
            taken.factors,
            done.kept,
            "email" in taken.lost,
            list(taken.none_before),
        ],
        "to": masked_address(user.email) if done.link_sent else "",
        "press": press,
        "at": time.time(),
    }
    return SeeOther(reverse("accounts:not_me_done"))


@public
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """What it did, in numbers, and what is left to do."""
    found = request.session.get(_DONE)
    if found is None:
        return SeeOther(settings.LOGIN_REDIRECT_URL)
    told = [*_told(*found["counts"]), *_taken_back(*found["taken_back"])]
    session = authentication.current(request)
    context = {
        "base": "account_base.html" if session else "base.html",
        "session": session,
        "tab": "activity",
        "told": told,
        "to": found["to"],
        "lost": found["taken_back"][3:4] == [True],
    }
    return render(request, "accounts/not_me_done.html", context)


def _told(sessions: int, grants: int, browsers: int, logins: int) -> list[str]:
    """One line a kind; what there was none of is not told, but for the sessions."""
    lines = [
        (sessions, ngettext("%d session was ended.", "%d sessions were ended.", sessions)),
        (
            grants,
            ngettext(
                "%d access of an app was taken back.",
                "%d accesses of apps were taken back.",
                grants,
            ),
        ),
        (
            browsers,
            ngettext(
                "%d trusted browser must show the second factor again.",
                "%d trusted browsers must show the second factor again.",
                browsers,
            ),
        ),
        (
            logins,
            ngettext(
                "%d sign-in that was under way was stopped.",
                "%d sign-ins that were under way were stopped.",
                logins,
            ),
        ),
    ]
    told = [words % count for count, words in lines if count]
    return told or [_("No other session was open.")]


def _taken_back(
    contacts: list[str],
    factors: int,
    kept: bool = False,
    lost: bool = False,
    none_before: Iterable[str] = (),
) -> list[str]:
    told = []
    if lost:
        told.append(
            _("Another account has the old e-mail address by now. The present one was taken away.")
        )
    if "email" in none_before:
        told.append(_("The e-mail address that was added since was taken away."))
    elif "email" in contacts:
        told.append(_("The account has its old e-mail address again."))
    if "phone" in none_before:
        told.append(_("The phone number that was added since was taken away."))
    elif "phone" in contacts:
        told.append(_("The account has its old phone number again."))
    if factors:
        words = ngettext(
            "%d second factor that was added since was removed.",
            "%d second factors that were added since were removed.",
            factors,
        )
        told.append(words % factors)
    if kept:
        told.append(_("The account was going to be deleted. It is kept."))
    return told
