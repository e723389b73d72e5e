"""The endpoints' door: a request comes in, an endpoint answers, nothing else gets through.

The same functions are mounted in Django's URLs and as a bare WSGI callable ahead of Django, which
spares the hot path sessions, middleware and templates. Neither can read a cookie.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from authlib.oauth2 import OAuth2Error
from django.db import OperationalError, close_old_connections, transaction
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt

from accounts.errors import TooManyAttempts
from accounts.throttling import Limit, claim, subnet
from idp.ground.correlation import request_id
from oauth import cors
from oauth.errors import (
    MethodNotAllowed,
    ProtocolError,
    ServerError,
    TemporarilyUnavailable,
    TooManyRequests,
)
from oauth.protocol_request import ProtocolRequest, request_from_environ
from oauth.protocol_response import NO_STORE, ProtocolResponse, json_response
from oauth.record import record_refusal

_log = structlog.get_logger("oauth.door")
Handler = Callable[[ProtocolRequest], ProtocolResponse]
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
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`database`: one transaction around the whole answer, in which a refusal commits.

    `cors`: "" none, "any" every origin (public documents), "client" the registered ones.
    """

    name: str
    handle: Handler
    methods: tuple[str, ...]
    database: bool
    cors: str


def endpoint(
    *, methods: tuple[str, ...], database: bool = False, cors: str = ""
) -> Callable[[Handler], Endpoint]:
    """Declare a function as an endpoint."""

    def declare(handle: Handler) -> Endpoint:
        name = handle.__module__.rpartition(".")[2]
        return Endpoint(name, handle, methods, database, cors)

    return declare


def render_error(error: OAuth2Error, reference: str) -> ProtocolResponse:
    """The JSON of RFC 6749 §5.2, with our reference in a header."""
    body: dict[str, str] = {}
    if error.error:
        body["error"] = error.error
    if error.description:
        body["error_description"] = error.description
    headers = [*NO_STORE, *getattr(error, "headers", ())]
    if reference:
        headers.append(("Signet-Reference", reference))
    return json_response(body, error.status_code, tuple(headers))


def _refuse(asked: Endpoint, request: ProtocolRequest, error: ProtocolError) -> ProtocolResponse:
    """Record and render; where a secret was guessed, charge the guess first."""
    client_id = dict(request.form).get("client_id", "") or error.guess_key
    if error.guess_key and request.address:
        try:
            key = f"client/{error.guess_key[:80]}/{subnet(request.address)}"
            claim([Limit(key, burst=60, every=2)])
        except TooManyAttempts as spent:
            error = TooManyRequests("client_guesses_spent", "Too many failed attempts")
            error.headers = (("Retry-After", str(spent.resets_in)),)
        except OperationalError:
            pass
    return render_error(error, record_refusal(asked.name, request, error, client_id))


def _protocol(error: OAuth2Error) -> ProtocolError:
    """Authlib's own refusals, with a reason for the record."""
    if isinstance(error, ProtocolError):
        return error
    found = ProtocolError(f"authlib_{error.error}", error.description or "", status=error.status_code)
    found.error = error.error
    return found


def _answer(asked: Endpoint, request: ProtocolRequest) -> ProtocolResponse:
    """Run the handler. A refusal inside the transaction commits what it did."""
    if not asked.database:
        return asked.handle(request)
    refusal: OAuth2Error
    with transaction.atomic():
        try:
            return asked.handle(request)
        except OAuth2Error as error:
            refusal = error
    raise refusal


def run(asked: Endpoint, request: ProtocolRequest) -> ProtocolResponse:
    """Answer a request; whatever happens inside, the answer is one the specifications know."""
    if request.method == "OPTIONS" and asked.cors:
        return cors.preflight(asked.cors, asked.methods, request)
    try:
        if request.method not in asked.methods:
            error = MethodNotAllowed("method", "This method is not supported here")
            error.headers = (("Allow", ", ".join(asked.methods)),)
            raise error
        answer = _answer(asked, request)
    except OAuth2Error as error:
        answer = _refuse(asked, request, _protocol(error))
    except OperationalError as failure:
        _log.error("database_away", endpoint=asked.name, reason=type(failure).__name__)
        answer = render_error(TemporarilyUnavailable("database", "Try again in a moment"), "")
    except Exception:
        _log.exception("crash", endpoint=asked.name)
        answer = render_error(ServerError("crash", "Something broke on our side"), request_id.get())
    if asked.cors:
        answer = answer.adding(*cors.headers(asked.cors, request))
    return answer


def _finished(answer: ProtocolResponse) -> ProtocolResponse:
    extra: tuple[tuple[str, str], ...] = (("X-Content-Type-Options", "nosniff"),)
    if not answer.page:
        return answer.adding(*extra)
    body = render_to_string(answer.page, dict(answer.context)).encode()
    return ProtocolResponse(answer.status, (*answer.headers, *_PAGE_HEADERS, *extra), body)


def django_view(asked: Endpoint) -> Callable[[HttpRequest], HttpResponse]:
    """The endpoint in Django's URLs."""

    @csrf_exempt
    def view(request: HttpRequest) -> HttpResponse:
        answer = _finished(run(asked, request_from_environ(request.environ)))  # type: ignore[attr-defined]
        response = HttpResponse(answer.body, status=answer.status)
        for name, value in answer.headers:
            response.headers[name] = value
        return response

    return view


_REASONS = {200: "OK", 303: "See Other", 304: "Not Modified"}


def wsgi_app(table: Mapping[str, Endpoint], fallback: Any) -> Any:
    """A WSGI callable that answers the paths of `table` itself and hands on everything else."""

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked = table.get(environ.get("PATH_INFO", ""))
        if asked is None:
            found: Iterable[bytes] = fallback(environ, start_response)
            return found
        # Connection care belongs to this mount alone; Django does its own by signal.
        close_old_connections()
        try:
            answer = _finished(run(asked, request_from_environ(environ)))
        finally:
            close_old_connections()
        status = f"{answer.status} {_REASONS.get(answer.status, 'Refused')}"
        start_response(status, [*answer.headers, ("Content-Length", str(len(answer.body)))])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else answer.body]

    return application
