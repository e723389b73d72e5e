"""Token introspection (RFC 7662)."""

from django.conf import settings
from django.db import connection
from django.utils import timezone

from oauth import client_auth, token_status
from oauth.clients import ClientFacts
from oauth.door import endpoint
from oauth.errors import InvalidClient, InvalidRequest
from oauth.protocol_request import ProtocolRequest
from oauth.protocol_response import ProtocolResponse, json_response

_MAY = """
SELECT 1 FROM oauth_resource r JOIN oauth_resource_introspectors i ON i.resource_id = r.id
WHERE r.identifier = %s AND i.client_id = %s
"""
_INACTIVE = {"active": False}


def _may_see(client: ClientFacts, status: token_status.Status) -> bool:
    """The API's own introspectors; for Signet's audience and refresh tokens the token's client."""
    if status.is_refresh or status.audience == settings.SIGNET.issuer:
        return status.client.id == client.id
    with connection.cursor() as cursor:
        cursor.execute(_MAY, [status.audience, client.id])
        return cursor.fetchone() is not None


@endpoint(methods=("POST",))
def answer(request: ProtocolRequest) -> ProtocolResponse:
    """Everyone who may not know gets exactly `{"active": false}` (§2.2, §4)."""
    request.check_form()
    client = client_auth.authenticate(request)
    if client.is_public:
        # §2.1: the endpoint MUST be protected, and a public client proves nothing.
        raise InvalidClient("public_client", "Client authentication failed")
    token = request.single("token")
    if token is None:
        raise InvalidRequest("token_missing", "token is required")
    status = token_status.read(token, timezone.now())
    if status is None or not status.active or not _may_see(client, status):
        return json_response(_INACTIVE)
    return json_response(status.answer)
