"""UserInfo (OIDC Core §5.3): GET, or POST with the token in header or body."""

from django.conf import settings
from django.utils import timezone

from oauth import bearer, claims, gate, ledger, token_status
from oauth.door import endpoint
from oauth.errors import InsufficientScope, InvalidToken
from oauth.protocol_request import ProtocolRequest
from oauth.protocol_response import ProtocolResponse, json_response


@endpoint(methods=("GET", "POST"), cors="client")
def answer(request: ProtocolRequest) -> ProtocolResponse:
    """Only tokens for Signet itself are welcome; the row is asked each time."""
    now = timezone.now()
    found = token_status.access(bearer.token_of(request), now)
    if found is None or found.audience != settings.SIGNET.issuer:
        raise bearer.challenged(InvalidToken("token_unusable", "The access token is invalid"))
    if not found.active:
        raise bearer.challenged(InvalidToken("token_ended", "The access token is invalid"))
    if found.row is None or "openid" not in found.scopes:
        raise bearer.challenged(
            InsufficientScope("openid_missing", "The openid scope is required"), "openid"
        )
    named = gate.present_claims(found.row, found.client, "userinfo")
    told = claims.for_userinfo(found.row, found.scopes, named)
    ledger.note(found.row, told, now)
    return json_response(told)
