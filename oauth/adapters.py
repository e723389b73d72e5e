"""The two ways an endpoint is mounted: in Django's URLs, and as bare WSGI ahead of Django.

The second spares the hot path sessions, middleware and the resolver. Both read a request by the
same function and run it through the same door.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation.trans_real import (
    get_supported_language_variant,
    parse_accept_lang_header,
)
from django.views.decorators.csrf import csrf_exempt

from idp.ground.correlation import named
from oauth.door import Endpoint, run
from oauth.from_environ import request_from_environ
from oauth.protocol_request import ProtocolRequest
from oauth.protocol_response import ProtocolResponse

_WITHOUT_BODY = (204, 304)
# Pages shown by endpoints (errors before a client is known) are as guarded as any other page.
_PAGE_HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "
        "base-uri 'none'; frame-ancestors 'none'",
    ),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
)


def _language(request: ProtocolRequest) -> str:
    """What the browser asks for. A choice made on a page is in a cookie: none is read here."""
    for tag, _ in parse_accept_lang_header(request.headers.get("accept-language", "").lower()):
        with suppress(LookupError):
            return get_supported_language_variant(tag)
    return settings.LANGUAGE_CODE


def _finished(request: ProtocolRequest, answer: ProtocolResponse) -> ProtocolResponse:
    extra = [("X-Content-Type-Options", "nosniff")]
    if settings.SECURE_HSTS_SECONDS:
        hsts = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"
        extra.append(("Strict-Transport-Security", hsts))
    if not answer.page:
        return answer.adding(*extra)
    language = _language(request)
    with translation.override(language):
        context = {**answer.context, "LANGUAGE_CODE": language}
        body = render_to_string(answer.page, context).encode()
    extra.append(("Content-Language", language))
    return ProtocolResponse(answer.status, (*answer.headers, *_PAGE_HEADERS, *extra), body)


def django_view(asked: Endpoint) -> Callable[[HttpRequest], HttpResponse]:
    """The endpoint in Django's URLs."""

    @csrf_exempt
    def view(request: HttpRequest) -> HttpResponse:
        given = request_from_environ(request.environ)  # type: ignore[attr-defined]
        answer = _finished(given, run(asked, given))
        response = HttpResponse(answer.body, status=answer.status)
        if answer.status in _WITHOUT_BODY or not answer.body:
            del response.headers["Content-Type"]
        for name, value in answer.headers:
            response.headers[name] = value
        return response

    return view


def wsgi_app(table: Mapping[str, Endpoint], fallback: Any) -> Any:
    """A WSGI callable that answers the paths of `table` itself and hands on everything else."""

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked = table.get(environ.get("PATH_INFO", ""))
        if asked is None:
            found: Iterable[bytes] = fallback(environ, start_response)
            return found
        with named(environ.get("HTTP_X_REQUEST_ID", "")) as request_id:
            # Connection care belongs to this mount alone; Django does its own by signal.
            close_old_connections()
            try:
                given = request_from_environ(environ)
                answer = _finished(given, run(asked, given))
            finally:
                close_old_connections()
        headers = [*answer.headers, ("X-Request-Id", request_id)]
        if answer.status not in _WITHOUT_BODY:
            headers.append(("Content-Length", str(len(answer.body))))
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else answer.body]

    return application
