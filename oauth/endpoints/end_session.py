"""RP-Initiated Logout 1.0: check hint, client and return address, then send on to a page.

Without a valid hint nobody is ever sent to an app (§3, §4): anybody could make such a link.
"""

from django.urls import reverse

from oauth import clients, logout_request, tokens
from oauth.door import endpoint
from oauth.errors import InvalidRequest
from oauth.logout_request import LogoutRequest
from oauth.page_url import page_url
from oauth.protocol_request import Pairs, ProtocolRequest, single
from oauth.protocol_response import NO_STORE, ProtocolResponse, redirect
from oauth.record import record_refusal


def _read(request: ProtocolRequest) -> LogoutRequest:
    """What is asked for. Raises `InvalidRequest`; an unusable hint counts as none."""
    fault = request.query_fault if request.method == "GET" else request.fault
    if fault:
        status = 413 if fault == "body_too_large" else 400
        raise InvalidRequest(fault, "The request cannot be read", status=status)
    pairs: Pairs = request.query if request.method == "GET" else request.form
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        raise InvalidRequest("parameter_repeated", "A parameter was sent more than once")
    hint, client_id = single(pairs, "id_token_hint"), single(pairs, "client_id")
    address, state = single(pairs, "post_logout_redirect_uri"), single(pairs, "state")
    found = tokens.open_id_token_hint(hint) if hint is not None else None
    if found is None:
        if hint is not None:
            error = InvalidRequest("id_token_hint_refused", "id_token_hint is not valid")
            record_refusal("end_session", request, error, client_id or "")
        return LogoutRequest()
    if client_id is not None and client_id != found["aud"]:
        raise InvalidRequest("client_id_differs", "client_id does not match id_token_hint")
    client = clients.find(found["aud"])
    if address is not None and (
        client is None or not client.enabled or address not in client.post_logout_redirect_uris
    ):
        raise InvalidRequest(
            "post_logout_redirect_uri_differs", "post_logout_redirect_uri is not registered"
        )
    return LogoutRequest(
        sub=found["sub"],
        sid=str(found.get("sid") or ""),
        client_name=client.client_name if client is not None else "",
        address=address or "",
        state=state,
    )


@endpoint(methods=("GET", "POST"), database=True, visited=True)
def begin(request: ProtocolRequest) -> ProtocolResponse:
    """Looks at no cookie, so GET and cross-site POST are alike; the page decides."""
    try:
        asked = _read(request)
    except InvalidRequest as error:
        context = {
            "kind": "logout",
            "error_code": error.error,
            "description": error.description,
            "reference": record_refusal("end_session", request, error),
            "home": reverse("oauth:home"),
        }
        return ProtocolResponse(
            error.status_code, NO_STORE, page="oauth/error.html", context=context
        )
    return redirect(page_url("oauth:logout", logout_request.seal(asked)))
