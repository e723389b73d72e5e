"""What “That wasn’t me” did, in numbers, and what is left to do."""

import time
from dataclasses import asdict
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
from accounts.actions.take_back import TakenBack
from accounts.end_access import Ended
from accounts.masked import masked_address
from accounts.models import User
from accounts.pages.access import public
from accounts.pages.taken_back_words import told_of
from accounts.see_other import SeeOther

_DONE = "not_me_told"
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
    request.session[_DONE] = {
        "ended": asdict(done.ended),
        "taken_back": asdict(done.taken_back),
        "kept": done.kept,
        "is_new_password": done.is_new_password,
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
    taken = TakenBack(**found["taken_back"])
    context = {
        "base": "account_base.html" if session else "base.html",
        "session": session,
        "tab": "activity",
        "told": [*_told(Ended(**found["ended"])), *told_of(taken, is_kept=found["kept"])],
        "to": found["to"],
        "lost": "email" in taken.lost,
        "is_new_password": found["is_new_password"],
        "is_shut_out": found["is_shut_out"],
    }
    return render(request, "accounts/not_me_done.html", context)


def _told(ended: Ended) -> list[str]:
    """One line a kind; what there was none of is not told, but for the sessions."""
    sessions, grants = ended.sessions, ended.grants
    browsers, logins = ended.browsers, ended.logins
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
