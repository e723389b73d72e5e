"""UserInfo (OIDC Core §5.3): GET, or POST with the token in header or body."""

from django.conf import settings
from django.utils import timezone

from oauth import bearer, claims, clients, gate, grant_row, tokens
from oauth.door import endpoint
from oauth.errors import InsufficientScope, InvalidToken
from oauth.protocol_request import ProtocolRequest
from oauth.protocol_response import ProtocolResponse, json_response


@endpoint(methods=("GET", "POST"), database=True, cors="client")
def answer(request: ProtocolRequest) -> ProtocolResponse:
    """Only tokens for Signet itself are welcome; the row is asked each time."""
    now = timezone.now()
    found = tokens.open_access_token(bearer.token_of(request), now)
    if found is None or found.audience != settings.SIGNET.issuer:
        raise bearer.challenged(InvalidToken("token_unusable", "The access token is invalid"))
    if found.token_id.is_client or "openid" not in found.scopes:
        raise bearer.challenged(
            InsufficientScope("openid_missing", "The openid scope is required"), "openid"
        )
    row = grant_row.read(found.token_id.id)
    if row is None or not gate.is_open(row, now):
        raise bearer.challenged(InvalidToken("token_ended", "The access token is invalid"))
    client = clients.find(row.client_id)
    if client is None:
        raise bearer.challenged(InvalidToken("client_gone", "The access token is invalid"))
    scopes = found.scopes & gate.present_scopes(row, client)
    return json_response(claims.for_userinfo(row, scopes))
