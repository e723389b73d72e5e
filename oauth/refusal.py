"""A refused authorization request becomes an answer: a redirect, or a page of ours first.

A client nobody vouches for gets nothing sent to it before a person pressed something here: else
Signet would be a redirector for whoever may register one (RFC 9700 §4.11.2).
"""

from typing import Any

from django.urls import reverse

from oauth import response
from oauth.authorization_request import Refused
from oauth.protocol_request import ProtocolRequest
from oauth.protocol_response import NO_STORE, ProtocolResponse
from oauth.record import record_refusal
from oauth.response import Target

_TOO_LARGE = 413


def answer(
    refused: Refused,
    request: ProtocolRequest,
    *,
    person_asked: bool = False,
    kind: str = "",
    again: str = "",
) -> ProtocolResponse:
    """Record the refusal and answer it. `person_asked`: somebody pressed a button for this.

    `kind`: what the person must be told, whoever the client is (`expired`, `cookies`). `again`: the
    address where they may try once more.
    """
    error, client, target = refused.error, refused.client, refused.target
    reference = record_refusal(
        "authorize", request, error, client.client_id if client is not None else ""
    )
    if client is not None and target is not None and not kind and (client.trusted or person_asked):
        return response.deliver(target, response.failure(target, error))
    context: dict[str, Any] = {
        "kind": kind or _kind(refused),
        "error_code": error.error,
        "description": error.description,
        "reference": reference,
        "home": reverse("oauth:home"),
        "again": again,
    }
    if client is not None:
        context["client_name"] = client.client_name
    if target is not None:
        context["back"] = way_back(target, response.failure(target, error))
    elif error.reason.startswith("redirect_uri_differs"):
        context["given"] = dict(request.query or request.form).get("redirect_uri", "")[:200]
    return ProtocolResponse(_status(refused), NO_STORE, page="oauth/error.html", context=context)


def way_back(target: Target, parameters: dict[str, str]) -> dict[str, Any]:
    """The button "Back to the app": a link, or a form where the client wants a POST."""
    if target.mode == "form_post":
        return {"action": target.redirect_uri, "fields": parameters}
    return {"link": response.location(target, parameters)}


def _kind(refused: Refused) -> str:
    if refused.target is not None:
        return "request"
    return "address" if refused.error.reason.startswith("redirect_uri") else "link"


def _status(refused: Refused) -> int:
    code = refused.error.status_code
    return code if refused.target is None and code in (405, _TOO_LARGE) else 400
