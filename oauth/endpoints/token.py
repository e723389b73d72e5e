"""The token endpoint (RFC 6749 §3.2)."""

from oauth.door import endpoint
from oauth.errors import InvalidRequest
from oauth.protocol_request import ProtocolRequest
from oauth.protocol_response import ProtocolResponse
from oauth.server import server


@endpoint(methods=("POST",), cors="client")
def answer(request: ProtocolRequest) -> ProtocolResponse:
    """Opens its own transaction once it knows the grant: a client's own token needs none."""
    request.check_form()
    if request.single("grant_type") is None:
        raise InvalidRequest("grant_type_missing", "grant_type is required")
    return server.answer_token_request(request)
