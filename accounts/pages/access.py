"""Who may see a page. Every page declares it: open to everybody, or only when signed in."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import authentication, languages, login, second_factors
from accounts.models import PendingLogin, Session
from accounts.see_other import SeeOther
from accounts.templatetags.signet import ACTING

# Marks the address of a page whose form was sent when its person had to prove first who they are.
_ONCE_MORE = "once_more"

View = Callable[..., HttpResponse]
# Whatever a page answers with; a file that is streamed is no HttpResponse.
Answer = TypeVar("Answer", bound=HttpResponseBase)


def public(view: View) -> View:
    """Open to everybody; whatever it shows or does needs no session."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    opened.access = "public"  # type: ignore[attr-defined]
    return opened


def who_first(request: HttpRequest, path: str) -> HttpResponse:
    """Nobody is the current person: the login comes first, or the choice among several."""
    if authentication.sessions(request):
        return SeeOther(f"{reverse('accounts:switch_account')}?{urlencode({'next': path})}")
    return login.begin(request, path)


def signed_in(view: Callable[..., Answer]) -> Callable[..., Answer | HttpResponse]:
    """Only with a living session, handed on as `session`; otherwise the login comes first.

    A form is answered for the person its page was made for and for nobody else: several may be
    signed in in one browser, and the one of an open page may be signed out by the time it is sent.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Answer | HttpResponse:
        session = authentication.current(request)
        if session is None:
            # A POST cannot be repeated after the login: go back to the page it came from.
            return who_first(request, request.get_full_path())
        languages.speak_to(request, session.user)
        if is_of_somebody_else(request, session):
            return _of_somebody_else(request, session, bool(kwargs))
        authentication.touch(session)
        if request.method == "GET" and not session.is_default:
            _say_who_is_left(request, session)
        if request.method == "GET" and _ONCE_MORE in request.GET:
            _say_once_more(request, session)
        return view(request, *args, session=session, **kwargs)

    guarded.access = "signed_in"  # type: ignore[attr-defined]
    return guarded


def is_of_somebody_else(request: HttpRequest, session: Session) -> bool:
    """Whether it is a form that was made for another person of this browser, or for nobody."""
    return request.method == "POST" and request.POST.get(ACTING) != str(session.user_id)


def say_who_it_is_now(request: HttpRequest, session: Session) -> None:
    """Nothing was saved, and why."""
    words = _("You are signed in as %(name)s in this browser now. Nothing was saved.")
    messages.warning(request, words % {"name": session.user.display_name})


def _of_somebody_else(request: HttpRequest, session: Session, about_one: bool) -> HttpResponse:
    """`about_one`: the page is about one thing of the other's, which this person may not have."""
    say_who_it_is_now(request, session)
    return SeeOther(settings.LOGIN_REDIRECT_URL if about_one else request.path)


def _say_who_is_left(request: HttpRequest, session: Session) -> None:
    """The one that was in use ended by itself, or from elsewhere: nobody is to take this page for
    the other one's."""
    authentication.make_default(request, session)
    words = _("This is the account of %(name)s. The other one is not signed in any more.")
    messages.warning(request, words % {"name": session.user.display_name})


def _say_once_more(request: HttpRequest, session: Session) -> None:
    if authentication.is_fresh(session):
        words = _("We know now that it is you. Nothing was changed yet: please do it once more.")
        messages.info(request, words)


def fresh(view: Callable[..., Answer]) -> Callable[..., Answer | HttpResponse]:
    """As `signed_in`, and the person proved a moment ago that it is still them.

    Whatever decides who gets in (password, factors, address) is behind this: an unlocked screen
    must not be enough to take an account over.
    """

    @signed_in
    @wraps(view)
    def guarded(
        request: HttpRequest, session: Session, *args: Any, **kwargs: Any
    ) -> Answer | HttpResponse:
        if not authentication.is_fresh(session):
            return _asked_again(request, session)
        return view(request, *args, session=session, **kwargs)

    return guarded


def fresh_by_factor(view: Callable[..., Answer]) -> Callable[..., Answer | HttpResponse]:
    """As `fresh` for whoever has a second factor; of the others the page asks the password itself.

    The password is what the factor is to make up for when somebody else knows it.
    """

    @signed_in
    @wraps(view)
    def guarded(
        request: HttpRequest, session: Session, *args: Any, **kwargs: Any
    ) -> Answer | HttpResponse:
        if not authentication.is_fresh(session) and second_factors.offered(session.user):
            return _asked_again(request, session)
        return view(request, *args, session=session, **kwargs)

    return guarded


def _asked_again(request: HttpRequest, session: Session) -> HttpResponse:
    """Back to the page itself afterwards: what was sent cannot be repeated, and it says so."""
    sent = request.method == "POST"
    query = request.GET.copy()
    query[_ONCE_MORE] = "1"
    path = f"{request.path}?{query.urlencode()}" if sent else request.get_full_path()
    return login.begin_for(request, session, path, kind=PendingLogin.Kind.CONFIRM)
