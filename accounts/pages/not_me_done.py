"""What “That wasn’t me” did, in numbers, and what is left to do."""

import time
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts import authentication, languages
from accounts.actions.lock_down import LockedDown
from accounts.masked import masked_address
from accounts.models import User
from accounts.pages.access import public
from accounts.see_other import SeeOther

_DONE = "not_me_done"
_SENT_TWICE = 60  # seconds
# Whoever uses the browser after that is told nothing.
_TOLD_FOR = 900  # seconds


def is_again(request: HttpRequest, press: list[Any]) -> bool:
    """The same form sent twice: the second press would void the link of the first.

    Nothing else may be answered by what an earlier press did: nothing would be shut then.
    """
    before = request.session.get(_DONE, {})
    return bool(before.get("press") == press and before["at"] > time.time() - _SENT_TWICE)


def shown() -> HttpResponse:
    """On to the page that tells it."""
    return SeeOther(reverse("accounts:not_me_done"))


def finished(request: HttpRequest, user: User, done: LockedDown, press: list[Any]) -> HttpResponse:
    """Keep what is to be told in this browser's session. `press` names the form."""
    ended, taken = done.ended, done.taken_back
    request.session[_DONE] = {
        "counts": [ended.sessions, ended.grants, ended.browsers, ended.logins],
        "taken_back": {
            "contacts": list(taken.contacts),
            "none_before": list(taken.none_before),
            "factors": taken.factors,
            "is_bare": taken.is_bare,
            "lost": "email" in taken.lost,
            "kept": done.kept,
        },
        "to": masked_address(user.email) if done.link_sent else "",
        "user": str(user.pk),
        "is_shut_out": not user.is_active,
        "press": press,
        "at": time.time(),
    }
    return shown()


@public
@require_safe
def view(request: HttpRequest) -> HttpResponse:
    """For a while, and to whoever is signed in by the account's own side only."""
    found = request.session.get(_DONE)
    if found is None or found["at"] < time.time() - _TOLD_FOR:
        return SeeOther(settings.LOGIN_REDIRECT_URL)
    languages.lent(request)
    session = authentication.current(request)
    if session is not None and str(session.user_id) != found["user"]:
        session = None
    context = {
        "base": "account_base.html" if session else "base.html",
        "session": session,
        "tab": "activity",
        "told": [*_told(*found["counts"]), *_taken_back(**found["taken_back"])],
        "to": found["to"],
        "lost": found["taken_back"]["lost"],
        "is_shut_out": found["is_shut_out"],
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
    *,
    contacts: list[str],
    none_before: Iterable[str],
    factors: int,
    is_bare: bool,
    lost: bool,
    kept: bool,
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
    if is_bare:
        told.append(_("The account has no second factor now. Add one when you are signed in."))
    if kept:
        told.append(_("The account was going to be deleted. It is kept."))
    return told
