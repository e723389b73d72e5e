"""Who may see a page. Every page declares it: open to everybody, or only when signed in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts import authentication, login

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Open to everybody; whatever it shows or does needs no session."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    opened.access = "public"  # type: ignore[attr-defined]
    return opened


def signed_in(view: View) -> View:
    """Only with a living session, handed on as `session`; otherwise the login comes first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        session = authentication.current(request)
        if session is None:
            # A POST cannot be repeated after the login: go back to the page it came from.
            return login.begin(
                request, request.path if request.method == "POST" else request.get_full_path()
            )
        authentication.touch(session)
        return view(request, *args, session=session, **kwargs)

    guarded.access = "signed_in"  # type: ignore[attr-defined]
    return guarded
