"""The endpoints' door: a request comes in, an endpoint answers, nothing else gets through.

An endpoint is a function from `ProtocolRequest` to `ProtocolResponse`. It cannot read a cookie,
and whatever happens inside, the answer is one the specifications know.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from authlib.oauth2 import OAuth2Error
from django.db import InterfaceError, OperationalError

from idp.ground.correlation import request_id
from oauth import cors, error_answer, kept_refusal
from oauth.errors import MethodNotAllowed, ProtocolError, ServerError, TemporarilyUnavailable
from oauth.protocol_request import ProtocolRequest
from oauth.protocol_response import ProtocolResponse

_log = structlog.get_logger("oauth.door")
Handler = Callable[[ProtocolRequest], ProtocolResponse]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`database`: one transaction around the whole answer, in which a refusal commits.

    `cors`: "" none, "any" every origin (public documents), "client" the registered ones.
    `visited`: a person's browser comes here by itself, so that every refusal is a page.
    """

    name: str
    handle: Handler
    methods: tuple[str, ...]
    database: bool
    cors: str
    visited: bool


def endpoint(
    *, methods: tuple[str, ...], database: bool = False, cors: str = "", visited: bool = False
) -> Callable[[Handler], Endpoint]:
    """Declare a function as an endpoint."""

    def declare(handle: Handler) -> Endpoint:
        name = handle.__module__.rpartition(".")[2]
        return Endpoint(name, handle, methods, database, cors, visited)

    return declare


def _handled(asked: Endpoint, request: ProtocolRequest) -> ProtocolResponse:
    """Run the handler, in a transaction where it declares one."""
    if request.method not in asked.methods:
        error = MethodNotAllowed("method", "This method is not supported here")
        error.headers = (("Allow", ", ".join(asked.methods)),)
        raise error
    if not asked.database:
        return asked.handle(request)
    return kept_refusal.run(lambda: asked.handle(request))


def _answered(asked: Endpoint, request: ProtocolRequest) -> ProtocolResponse:
    try:
        return _handled(asked, request)
    except OAuth2Error as error:
        return error_answer.refuse(asked.name, request, error, visited=asked.visited)


def run(asked: Endpoint, request: ProtocolRequest) -> ProtocolResponse:
    """Answer a request. 503 while the database is away, 500 for faults of ours."""
    if not asked.cors:
        return _safely(asked, request)
    if request.method == "OPTIONS":
        return cors.preflight(asked.cors, asked.methods, request)
    return _safely(asked, request).adding(*cors.headers(asked.cors, request))


def _safely(asked: Endpoint, request: ProtocolRequest) -> ProtocolResponse:
    try:
        return _answered(asked, request)
    except (OperationalError, InterfaceError) as failure:
        _log.error("database_away", endpoint=asked.name, reason=type(failure).__name__)
        error = TemporarilyUnavailable("database", "Try again in a moment")
        error.headers = (("Retry-After", "2"),)
        return _failed(asked, request, error)
    except Exception:
        _log.exception("crash", endpoint=asked.name)
        crash = ServerError("crash", "Something broke on our side")
        return _failed(asked, request, crash)


def _failed(asked: Endpoint, request: ProtocolRequest, error: ProtocolError) -> ProtocolResponse:
    """Without a record, which would need the database; the log has the request's id."""
    return error_answer.render(error, request_id.get(), request, visited=asked.visited)
