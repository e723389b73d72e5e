"""Error pages in the look of all others, each with a reference under which it can be found."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.errors import Busy, TooManyAttempts
from accounts.pages.access import public
from accounts.signals import page_refused
from idp.ground.correlation import request_id

# Whoever meets one of these asks somebody about it; of the others the log is enough.
_RECORDED = frozenset({403, 429, 500, 503})


def _reference(request: HttpRequest, status: int) -> str:
    """Of the record, where one was kept; else the id that the log has."""
    if status in _RECORDED:
        # A receiver that fails must not take the error page away as well.
        for _, kept in page_refused.send_robust(None, request=request, status=status):
            if kept and isinstance(kept, str):
                return kept
    return request_id.get()


def _page(request: HttpRequest, status: int) -> HttpResponse:
    context = {"error_code": status, "reference": _reference(request, status)}
    return render(request, f"{status}.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403)


@public
def not_permitted(request: HttpRequest) -> HttpResponse:
    """Signed in, but without the right to open the administration."""
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault."""
    return _page(request, 500)


class ErrorPages:
    """A page's `TooManyAttempts` is 429 and its `Busy` 503, with Retry-After; a wrong method gets
    a page as well."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.streaming and not response.content:
            page = _page(request, 405)
            page.headers["Allow"] = response.headers.get("Allow", "GET")
            return page
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, TooManyAttempts | Busy):
            return None
        response = _page(request, 503 if isinstance(error, Busy) else 429)
        response.headers["Retry-After"] = str(error.resets_in)
        return response
