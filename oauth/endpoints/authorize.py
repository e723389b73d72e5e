"""The authorization endpoint (RFC 6749 §3.1): check, seal, send on. It never looks at a cookie."""

from datetime import UTC, datetime

from accounts.errors import TooManyAttempts
from oauth import continuation, refusal
from oauth.authorization_request import Refused, carried, read
from oauth.door import endpoint
from oauth.errors import InvalidRequest, TooManyRequests
from oauth.page_url import page_url
from oauth.protocol_request import Pairs, ProtocolRequest
from oauth.protocol_response import ProtocolResponse, redirect


def _parameters(request: ProtocolRequest) -> Pairs:
    """The query of a GET or the body of a POST, never both (OIDC Core §3.1.2.1).

    Raises `Refused`: what cannot be read names no client to answer to.
    """
    if request.method == "GET":
        fault, pairs = request.query_fault, request.query
    else:
        fault, pairs = request.fault, request.form
    if fault:
        status = 413 if fault == "body_too_large" else 400
        raise Refused(InvalidRequest(fault, "The request cannot be read", status=status))
    return pairs


# No transaction around it: one row at most is written, after a budget was claimed for it.
@endpoint(methods=("GET", "POST"), visited=True)
def begin(request: ProtocolRequest) -> ProtocolResponse:
    """Since no cookie is read, a POST from another site is harmless: it can only ask.

    The sealed request goes on to a page, which runs the same checks again.
    """
    try:
        pairs = _parameters(request)
        asked = read(pairs)
    except Refused as refused:
        return refusal.answer(refused, request)
    parameters = carried(asked, pairs)
    try:
        sealed = continuation.seal(
            parameters, asked.client.id, datetime.now(UTC), address=request.address
        )
    except TooManyAttempts as spent:
        error = TooManyRequests("long_requests_spent", "Too many long requests, try again later")
        error.headers = (("Retry-After", str(spent.resets_in)),)
        if asked.client.trusted:  # whose frame or tab understands an error, but no page (§4.1.2.1)
            return refusal.answer(Refused(error, asked.client, asked.target), request)
        raise error from None
    return redirect(page_url("oauth:resume", sealed))
