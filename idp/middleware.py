"""What every page gets: a request id, security headers, a bounded body."""

import re
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from idp.ground.correlation import named

Next = Callable[[HttpRequest], HttpResponse]
_MAX_BODY = 65_536
_LENGTH = re.compile(r"[0-9]{1,18}\Z")
_log = structlog.get_logger("idp.page")

# No form-action: Chromium applies it to every redirect that follows a form's POST, also to hops
# the application makes later, and the last POST of a login ends at an application.
_POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "script-src": "'self'",
    "connect-src": "'self'",
    "font-src": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


class RequestId:
    """Names the request in logs and records, and logs how it went."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        with named(request.headers.get("X-Request-Id", "")) as found:
            response = self.get_response(request)
            # The pattern, not the address: that may hold anything.
            match = request.resolver_match
            _log.info(
                "page",
                method=request.method,
                route=match.route if match else None,
                status=response.status_code,
                duration_ms=round((time.perf_counter() - started) * 1000),
            )
        response.headers["X-Request-Id"] = found
        return response


class SecurityHeaders:
    """Headers of every page. A view adds to the policy by `response.signet_csp = {…}`."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        headers = response.headers
        policy = _POLICY | getattr(response, "signet_csp", {})
        headers.setdefault(
            "Content-Security-Policy", "; ".join(f"{k} {v}" for k, v in policy.items())
        )
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if settings.SECURE_HSTS_SECONDS:
            headers.setdefault(
                "Strict-Transport-Security",
                f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains",
            )
        if not request.path.startswith(settings.STATIC_URL):
            headers.setdefault("Cache-Control", "no-store")
        return response


class BodyLimit:
    """Refuses bodies over 64 KiB before anybody reads them (a picture may be larger), and text no
    form can mean."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        most = settings.LARGE_BODIES.get(request.path, _MAX_BODY)
        if not _LENGTH.match(length) or int(length) > most:
            return render(request, "413.html", status=413)
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return render(request, "400.html", status=400)
        return self.get_response(request)
