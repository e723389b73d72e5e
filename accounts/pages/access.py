"""Who may see a page. Every view is public by declaration or guarded by one of these."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts import authentication, login

View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """Only with a living session, handed on as `session`; otherwise the login comes first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        session = authentication.current(request)
        if session is None:
            # A POST cannot be repeated after the login: go back to the page it came from.
            return login.begin(
                request, request.get_full_path() if request.method == "GET" else request.path
            )
        authentication.touch(session)
        return view(request, *args, session=session, **kwargs)

    return guarded
