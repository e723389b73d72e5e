"""client_credentials: a client for itself (RFC 6749 §4.4). Writes nothing."""

from typing import Any, ClassVar

from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant as AuthlibClientCredentialsGrant

from oauth.clients import ClientFacts
from oauth.errors import InvalidScope, UnauthorizedClient
from oauth.extensions import resource_indicators
from oauth.gate import OIDC_SCOPES, own_scopes
from oauth.grants.base import SignetGrant
from oauth.scope_words import scope_words
from oauth.tokens import mint_access_token


class ClientCredentialsGrant(SignetGrant, AuthlibClientCredentialsGrant):
    """No person, hence no ID token, no refresh token and none of the scopes about a person."""

    NEEDS_DATABASE: ClassVar[bool] = False

    def validate_requested_scope(self) -> None:
        client: ClientFacts = self.request.client
        if client.is_public:
            # RFC 6749 §4.4: whoever proves nothing gets nothing of its own.
            raise UnauthorizedClient("public_client", "The client may not use this grant_type")
        resources = self.protocol_request.values("resource")
        api = resource_indicators.choose(client, None, resources, openid=False)
        text = self.protocol_request.single("scope")
        requested = None if text is None else frozenset(scope_words(text))
        allowed = own_scopes(api)
        if api is None and requested is not None and not resources:
            api, allowed = self._by_scopes(client, requested)
        wanted = allowed if requested is None else requested
        if not wanted <= allowed or wanted & OIDC_SCOPES:
            raise InvalidScope("scope_not_allowed", "The requested scope is not allowed")
        self.request.api, self.request.scopes = api, wanted

    def _by_scopes(self, client: ClientFacts, wanted: frozenset[str]) -> tuple[Any, frozenset[str]]:
        """Without `resource`: the one API that has all the scopes asked for."""
        for api in client.resources.values():
            allowed = own_scopes(api)
            if wanted <= allowed:
                return api, allowed
        return None, frozenset()

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        client: ClientFacts = self.request.client
        token, lifetime = mint_access_token(
            client, scopes=self.request.scopes, api=self.request.api, now=self.request.now, row=None
        )
        answer: dict[str, Any] = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": lifetime,
        }
        if self.request.scopes:
            answer["scope"] = " ".join(sorted(self.request.scopes))
        return 200, answer, self.TOKEN_RESPONSE_HEADER
