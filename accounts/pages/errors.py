"""Error pages in the look of all others."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.errors import TooManyAttempts
from idp.ground.correlation import request_id


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_permitted(request: HttpRequest) -> HttpResponse:
    """Signed in, but without the right to open the administration."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault. The reference is the request's id, under which the log has the cause."""
    return render(request, "500.html", {"reference": request_id.get()}, status=500)


class TooManyRequests:
    """Turns a page's `TooManyAttempts` into 429 with Retry-After."""

    def __init__(self, get_response: "object") -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)  # type: ignore[operator,no-any-return]

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, TooManyAttempts):
            return None
        response = render(request, "429.html", status=429)
        response.headers["Retry-After"] = str(error.resets_in)
        return response
