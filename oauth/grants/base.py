"""What every grant shares: who the client is, and what a token answer looks like."""

from datetime import datetime
from typing import Any, ClassVar

from authlib.oauth2.rfc6749.grants import BaseGrant

from oauth import gate, opaque
from oauth.clients import ClientFacts, ResourceFacts
from oauth.errors import InvalidScope
from oauth.extensions import openid, resource_indicators
from oauth.grant_row import GrantRow
from oauth.protocol_request import ProtocolRequest
from oauth.scope_words import scope_words
from oauth.tokens import mint_access_token


class SignetGrant(BaseGrant):
    """Authlib's grants below take `client` and parameters from here."""

    # Everything between the SELECT and the answer is one transaction; a refusal commits it.
    NEEDS_DATABASE: ClassVar[bool] = True

    @property
    def protocol_request(self) -> ProtocolRequest:
        found: ProtocolRequest = self.request.protocol_request
        return found

    def authenticate_token_endpoint_client(self) -> ClientFacts:
        """The server did, before it opened the grant's transaction."""
        found: ClientFacts = self.request.client
        return found


def narrowed(
    requested: str | None, granted: tuple[str, ...], present: frozenset[str]
) -> frozenset[str]:
    """The scopes asked for now, which must lie within the granted ones (RFC 6749 §6).

    `present`: what is left of the grant. A scope that was granted and is lost since (a role, a
    consent) shrinks away, as it does where no scope is named. Raises `InvalidScope` for one that
    was never granted, where nothing of what was asked for is left, and for what is no scope.
    """
    if requested is None:
        return present
    wanted = frozenset(scope_words(requested))
    if not wanted <= frozenset(granted):
        raise InvalidScope("scope_beyond_grant", "The requested scope exceeds the granted one")
    if not wanted & present:
        raise InvalidScope("scope_lost", "None of the requested scopes is available any more")
    return wanted & present


def token_answer(
    grant: SignetGrant, client: ClientFacts, row: GrantRow, now: datetime, *, generation: int,
    scopes: frozenset[str], with_nonce: bool,
) -> dict[str, Any]:  # fmt: skip
    """The token response (RFC 6749 §5.1) for a row that has just been spent.

    `scope` says what this access token carries at its audience, not all that was granted: an app
    must not believe that it may show one API the scopes of another.
    """
    api = _audience(grant, client, row)
    at_audience = resource_indicators.scopes_at(api, scopes)
    token, lifetime = mint_access_token(client, scopes=at_audience, api=api, now=now, row=row)
    answer: dict[str, Any] = {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": lifetime,
    }
    if at_audience:  # a scope has one word at least (RFC 6749 §3.3)
        answer["scope"] = " ".join(sorted(at_audience))
    if row.refreshable:
        answer["refresh_token"] = opaque.derive(
            opaque.REFRESH, row.id, generation, row.secret, row.token_key
        )
    openid.add_id_token(answer, client, row, scopes, now, with_nonce=with_nonce)
    return answer


def _audience(grant: SignetGrant, client: ClientFacts, row: GrantRow) -> ResourceFacts | None:
    wanted = grant.protocol_request.values("resource")
    return resource_indicators.choose(client, row.resources, wanted, openid="openid" in row.scopes)


def check_target(grant: SignetGrant, client: ClientFacts, row: GrantRow) -> None:
    """Resource and gate, before anything is spent: after the UPDATE nothing may refuse."""
    gate.may_issue(row, grant.request.now)
    _audience(grant, client, row)


def check_scopes(
    grant: SignetGrant, client: ClientFacts, row: GrantRow, scopes: frozenset[str]
) -> None:
    """Raise `InvalidScope` where an API is named at which none of the APIs' scopes means anything.

    Its token would open nothing there, and the app would not know why (RFC 8707 §2.2). An API that
    has no scopes at all, or an app that has none, goes by roles.
    """
    if not grant.protocol_request.values("resource"):
        return
    api = _audience(grant, client, row)
    at_audience = resource_indicators.scopes_at(api, scopes)
    if api is not None and api.scopes and not at_audience and scopes - gate.OIDC_SCOPES:
        raise InvalidScope("scope_not_at_resource", "The resource has none of these scopes")
