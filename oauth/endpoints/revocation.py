"""Token revocation (RFC 7009)."""

from django.utils import timezone

from accounts import audit
from oauth import client_auth, token_status
from oauth.door import endpoint
from oauth.errors import InvalidRequest
from oauth.models import Authorization
from oauth.protocol_request import ProtocolRequest
from oauth.protocol_response import NO_STORE, ProtocolResponse


@endpoint(methods=("POST",), database=True, cors="client")
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
    now = timezone.now()
    status = token_status.read(token, now)
    if (
        status is not None
        and status.row is not None
        and status.client_id == client.client_id
        and Authorization.objects.filter(pk=status.row.id).revoke("revoked_by_client", now)
    ):
        audit.record(
            audit.AUTHORIZATION_REVOKED,
            client_id=client.client_id,
            reason="revoked_by_client",
            data={"authorization": str(status.row.id)},
        )
    return ProtocolResponse(200, NO_STORE)
