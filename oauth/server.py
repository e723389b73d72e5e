"""The assembly: everything that is switched on. Read it first.

Authlib's framework-free grants validate; what they do not do, or do wrong for us, is overridden in
`grants/`. Which grant answers is said by `GRANTS` alone: Authlib's registry and dispatch, hooks,
token generators and OpenID grants are not used.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from authlib.oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload, OAuth2Request
from django.conf import settings
from django.utils import timezone

from oauth import client_auth, kept_refusal
from oauth.errors import UnauthorizedClient, UnsupportedGrantType
from oauth.grants.authorization_code import AuthorizationCodeGrant
from oauth.grants.base import SignetGrant
from oauth.grants.client_credentials import ClientCredentialsGrant
from oauth.grants.refresh_token import RefreshTokenGrant
from oauth.protocol_request import ProtocolRequest
from oauth.protocol_response import NO_STORE, ProtocolResponse, json_response

_log = structlog.get_logger("oauth.server")

GRANTS: tuple[type[SignetGrant], ...] = (
    AuthorizationCodeGrant,
    RefreshTokenGrant,
    ClientCredentialsGrant,
)


class SignetRequest(OAuth2Request):
    """A token request in Authlib's shape. Only the form counts, never the query."""

    def __init__(self, request: ProtocolRequest, now: datetime) -> None:
        super().__init__(
            request.method, settings.SIGNET.issuer + request.path, headers=dict(request.headers)
        )
        # Empty counts as omitted (RFC 6749 §3.2); repeated names were refused before.
        self.payload = BasicOAuth2Payload({name: value for name, value in request.form if value})
        self.protocol_request = request
        self.now = now

    @property
    def form(self) -> Mapping[str, str]:
        found: Mapping[str, str] = self.payload.data
        return found


class SignetServer(AuthorizationServer):
    """Raises what it refuses; the door renders it."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Authlib's signals are not used."""

    def handle_response(
        self, status: int, body: Any, headers: list[tuple[str, str]]
    ) -> ProtocolResponse:
        return json_response(body, status, NO_STORE)

    def answer_token_request(
        self, request: ProtocolRequest, now: datetime | None = None
    ) -> ProtocolResponse:
        """The token endpoint. A refusal commits what it did (a replay revokes); a crash nothing."""
        asked = SignetRequest(request, now or timezone.now())
        grant_type = asked.payload.grant_type
        found = next((one for one in GRANTS if grant_type == one.GRANT_TYPE), None)
        # Outside the transaction: it may fetch a client's keys, and a used jti stays used.
        asked.client = client_auth.authenticate(request)
        if found is None:
            raise UnsupportedGrantType("grant_type_unknown", "grant_type is not supported")
        if not asked.client.check_grant_type(found.GRANT_TYPE):
            raise UnauthorizedClient(
                "grant_type_not_registered", "The client may not use this grant_type"
            )
        grant = found(asked, self)
        if not grant.NEEDS_DATABASE:
            return self._run(grant)
        return kept_refusal.run(lambda: self._run(grant))

    def _run(self, grant: SignetGrant) -> ProtocolResponse:
        grant.validate_token_request()
        answer = self.handle_response(*grant.create_token_response())
        client_id = grant.request.client.client_id
        _log.info("tokens_issued", grant_type=grant.GRANT_TYPE, client_id=client_id)
        return answer


server = SignetServer()
