"""Who is asking, and in which language to answer."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from accounts import authentication, languages
from accounts.models import User
from accounts.session_store import REPLACED

Next = Callable[[HttpRequest], HttpResponse]


class BrowserCookie(SessionMiddleware):
    """Sets the cookie, unless the request came with one that was replaced in that moment.

    Such an answer may reach the browser after the one with the new cookie and must not undo it.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.status_code >= 500:
            return response  # what broke keeps nothing, and the database may be what is away
        if request.session.get(REPLACED):
            return response
        try:
            answered: HttpResponse = super().process_response(request, response)
        except SessionInterrupted:
            # Replaced while this request ran; what it wanted to keep was of no weight.
            return response
        return answered


class CurrentPerson:
    """`request.user`, lazily, from the browser's default session; Django's login is not used."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        def person() -> User | AnonymousUser:
            session = authentication.current(request)
            if session is None:
                return AnonymousUser()
            authentication.touch(session)
            user = session.user
            # django-otp's question, answered from the session and not from a device in a cookie.
            user.is_verified = lambda: "mfa" in session.amr  # type: ignore[attr-defined]
            return user

        request.user = SimpleLazyObject(person)  # type: ignore[assignment]
        return self.get_response(request)


class Language:
    """What this browser session wants, else what the browser asks for; a page that knows its
    person speaks to them from there on (`languages.speak_to`)."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(languages.of_request(request)), timezone.override(None):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Vary", "Accept-Language, Cookie")
        return response
