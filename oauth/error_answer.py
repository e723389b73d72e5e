"""A refusal becomes the JSON of RFC 6749 §5.2, or a page, with a record behind it."""

from dataclasses import replace

import structlog
from authlib.oauth2 import OAuth2Error
from django.db import Error
from django.urls import reverse

from accounts.errors import TooManyAttempts
from accounts.throttling import Limit, claim, subnet
from oauth import clients
from oauth.errors import ProtocolError, TooManyRequests
from oauth.protocol_request import ProtocolRequest
from oauth.protocol_response import NO_STORE, ProtocolResponse, json_response
from oauth.record import record_refusal

_log = structlog.get_logger("oauth.error_answer")


# What a person is told of faults that are nobody's request; all else is a link that went wrong.
_PAGES = {500: "500.html", 503: "database_away.html"}


def render(
    error: ProtocolError, reference: str, request: ProtocolRequest, *, visited: bool
) -> ProtocolResponse:
    """The answer, with our reference; `visited`: a page for the person who came here."""
    return _page(error, reference, request) if visited else _json(error, reference)


def _page(error: ProtocolError, reference: str, request: ProtocolRequest) -> ProtocolResponse:
    context = {
        "kind": "method" if error.status_code == 405 else "link",
        "error_code": error.error,
        "description": error.description,
        "reference": reference,
        "home": reverse("oauth:home"),
        "can_repeat": request.method == "GET",
    }
    page = _PAGES.get(error.status_code, "oauth/error.html")
    return ProtocolResponse(
        error.status_code, (*NO_STORE, *error.headers), page=page, context=context
    )


def _json(error: ProtocolError, reference: str) -> ProtocolResponse:
    body: dict[str, str] = {}
    if error.error:
        body["error"] = error.error
    if error.description:
        body["error_description"] = error.description
    headers = [*NO_STORE, *error.headers]
    if reference:
        headers.append(("Signet-Reference", reference))
    return json_response(body, error.status_code, tuple(headers))


def as_protocol_error(error: OAuth2Error) -> ProtocolError:
    """Authlib's own refusals, with a reason for the record."""
    if isinstance(error, ProtocolError):
        return error
    found = ProtocolError(
        f"authlib_{error.error}", error.description or "", status=error.status_code
    )
    found.error = error.error
    return found


def _charged(error: ProtocolError, address: str) -> ProtocolError:
    """Where a secret was guessed: take the guess from the budgets, and slow down who spent them.

    Only failures are charged and only failures are slowed: a client that knows its secret is never
    locked out by somebody who does not (RFC 6819 §4.3.5). Names of no client share one budget a
    network: who invents them by the thousand leaves one row behind.
    """
    try:
        client = f"client/{error.guess_key[:80]}"
        network = Limit(f"{client}/{subnet(address)}", burst=60, every=2)
        if clients.find(error.guess_key) is None:
            claim([replace(network, key=f"client/unknown/{subnet(address)}")])
        else:
            claim([Limit(client, burst=200, every=2), *([network] if address else [])])
    except TooManyAttempts as spent:
        error = TooManyRequests("client_guesses_spent", "Too many failed attempts")
        error.headers = (("Retry-After", str(spent.resets_in)),)
    except (Error, ValueError) as failure:
        _log.warning("guess_not_charged", reason=type(failure).__name__)
    return error


def refuse(
    endpoint: str, request: ProtocolRequest, refused: OAuth2Error, *, visited: bool
) -> ProtocolResponse:
    """Charge, record, render."""
    error = as_protocol_error(refused)
    client_id = dict(request.form).get("client_id", "") or error.guess_key
    if error.guess_key:
        error = _charged(error, request.address)
    reference = record_refusal(endpoint, request, error, client_id)
    return render(error, reference, request, visited=visited)
