"""Which language and time zone a page speaks.

In this order: what the person chose in this browser session, what the app wished for
(`ui_locales`), their profile, what they chose here earlier (a cookie), what the browser asks for.
"""

from contextlib import suppress
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation.trans_real import get_supported_language_variant

from accounts.models import User

How = Literal["chosen", "wished"]
# In the browser's session on our side: what was chosen while nobody was signed in.
_CHOSEN = "language"
# That of whoever opened a mailed link here last.
_LENT = "lent_language"


def present(request: HttpRequest) -> tuple[str, str]:
    """The language of this browser session and who wanted it; both empty where nobody did."""
    value = request.COOKIES.get(settings.LANGUAGE_NOW_COOKIE_NAME, "")
    how, _dot, code = value.partition(".")
    if how in ("chosen", "wished") and code in dict(settings.LANGUAGES):
        return how, code
    return "", ""


def of_request(request: HttpRequest) -> str:
    """As long as nobody is known."""
    _how, code = present(request)
    return code or translation.get_language_from_request(request)


def supported(tag: str) -> str | None:
    """The offered language that comes nearest to a tag (BCP 47); None: none does."""
    with suppress(LookupError, ValueError):
        return get_supported_language_variant(tag.lower())
    return None


def speak_to(request: HttpRequest, user: User) -> None:
    """From here on in this person's language and time, unless this session wants another."""
    code = supported(user.locale) if user.locale else None
    if code and not present(request)[1]:
        translation.activate(code)
        request.LANGUAGE_CODE = code
    if user.zoneinfo:
        with suppress(ZoneInfoNotFoundError, ValueError, OSError):
            timezone.activate(ZoneInfo(user.zoneinfo))


def lend(request: HttpRequest, user: User) -> None:
    """As `speak_to`, on the page of a mailed link: its reader is signed in nowhere, and the page
    that says what came of it shall speak as the mail did."""
    speak_to(request, user)
    code = supported(user.locale) or ""
    if request.session.get(_LENT) != code:
        # Not at the press: of two at one moment the later one would write over what the other kept.
        request.session[_LENT] = code


def lent(request: HttpRequest) -> None:
    """Speak as the page before, which knew its person."""
    code = request.session.get(_LENT, "")
    if code in dict(settings.LANGUAGES) and not present(request)[1]:
        translation.activate(code)
        request.LANGUAGE_CODE = code


def want(response: HttpResponse, how: How, code: str) -> None:
    """For the pages that follow; gone when the browser is closed."""
    response.set_cookie(
        settings.LANGUAGE_NOW_COOKIE_NAME,
        f"{how}.{code}",
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


def want_nothing(response: HttpResponse) -> None:
    """The profile counts again."""
    response.delete_cookie(settings.LANGUAGE_NOW_COOKIE_NAME, samesite="Lax")


def keep(request: HttpRequest, code: str) -> None:
    """For whoever signs in here next: most likely they chose it, and mails are to follow."""
    request.session[_CHOSEN] = code


def kept(request: HttpRequest) -> str:
    """What was chosen here before anybody was signed in; told once."""
    code = str(request.session.pop(_CHOSEN, ""))
    return code if code in dict(settings.LANGUAGES) else ""
