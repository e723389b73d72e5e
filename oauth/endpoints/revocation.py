"""Token revocation (RFC 7009)."""

from django.utils import timezone

from oauth import client_auth, token_status
from oauth.clients import ClientFacts
from oauth.door import endpoint
from oauth.end_access import end_access
from oauth.errors import InvalidRequest, UnauthorizedClient, UnsupportedTokenType
from oauth.protocol_request import ProtocolRequest
from oauth.protocol_response import NO_STORE, ProtocolResponse


@endpoint(methods=("POST",), cors="client")
def answer(request: ProtocolRequest) -> ProtocolResponse:
    """Either token ends the whole authorization (§2.1): one row, nothing to chase.

    An unknown or expired token is gone already: 200 (§2.2). Raises `UnauthorizedClient` for
    another client's (§2.1), and `UnsupportedTokenType` for one that only time ends (§2.2.1): a 200
    would say that it works no longer.
    """
    request.check_form()
    client = client_auth.authenticate(request)
    token = request.single("token")
    if token is None:
        raise InvalidRequest("token_missing", "token is required")
    status = token_status.read(token, timezone.now())
    if status is not None:
        _end(status, client)
    return ProtocolResponse(200, NO_STORE)


def _end(status: token_status.Status, client: ClientFacts) -> None:
    if status.client.id != client.id:
        # Whoever asks holds the token already, so this tells them nothing; it lives on.
        raise UnauthorizedClient(
            "token_of_another_client", "The token was not issued to this client"
        )
    if status.row is not None:
        end_access(authorization=status.row.id, reason="revoked_by_client")
    elif status.active:
        # A client's own token (client_credentials) has no row.
        raise UnsupportedTokenType(
            "token_without_row", "This token cannot be revoked, it ends by itself"
        )
