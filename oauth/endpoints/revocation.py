"""Token revocation (RFC 7009)."""

from django.utils import timezone

from oauth import client_auth, token_status
from oauth.door import endpoint
from oauth.end_access import end_access
from oauth.errors import InvalidRequest
from oauth.protocol_request import ProtocolRequest
from oauth.protocol_response import NO_STORE, ProtocolResponse


@endpoint(methods=("POST",), cors="client")
def answer(request: ProtocolRequest) -> ProtocolResponse:
    """Either token ends the whole authorization (§2.1): one row, nothing to chase.

    Unknown, dead and other clients' tokens get the same 200 and change nothing (§2.2). A client's
    own token (client_credentials) has no row and ends by its lifetime.
    """
    request.check_form()
    client = client_auth.authenticate(request)
    token = request.single("token")
    if token is None:
        raise InvalidRequest("token_missing", "token is required")
    status = token_status.read(token, timezone.now())
    if status is not None and status.row is not None and status.client.id == client.id:
        end_access(authorization=status.row.id, reason="revoked_by_client")
    return ProtocolResponse(200, NO_STORE)
