"""An authorization request, read by one visible list of checks.

The list runs when the request arrives and again whenever a person comes back to it, then against
the client as it is at that moment. Order (design §5.2): client, redirect_uri, response mode and
type, everything else. Whatever fails before a redirect_uri is accepted stays on a page of ours.
"""

from collections.abc import Callable
from typing import Any

from oauth import clients
from oauth.authorization_request import (
    acr,
    claims,
    code_challenge,
    id_token_hint,
    locales,
    max_age,
    nonce,
    not_repeated,
    prompt,
    redirect_uri,
    resources,
    response_mode,
    response_type,
    scope,
    state,
    unsupported,
)
from oauth.authorization_request.asked import Asked, AuthorizationRequest
from oauth.authorization_request.carried import carried
from oauth.authorization_request.refused import Refused
from oauth.clients import ClientFacts
from oauth.errors import InvalidRequest, ProtocolError
from oauth.protocol_request import Pairs, single
from oauth.response import Target

# Field of `AuthorizationRequest` (or none: a mere condition) and the check that reads it.
CHECKS: tuple[tuple[str, Callable[[Asked], Any]], ...] = (
    ("", not_repeated.check),
    ("response_mode", response_mode.check),
    ("", response_type.check),
    ("", unsupported.check),
    ("state", state.check),
    ("scopes", scope.check),
    ("resources", resources.check),
    ("code_challenge", code_challenge.check),
    ("nonce", nonce.check),
    ("prompts", prompt.check),
    ("max_age", max_age.check),
    ("claims", claims.check),
    ("acr_values", acr.check),
    ("hinted_sub", id_token_hint.check),
    ("ui_locales", locales.check),
)

_LONGEST_HINT = 254  # what a username or an address may have


def read(pairs: Pairs, *, ours: bool = False) -> AuthorizationRequest:
    """The request these parameters make. Raises `Refused`.

    `ours`: they are what `carried` made of a request that was read before, out of a seal of ours.
    """
    client = _client(pairs)
    asked = Asked(client, pairs, ours)
    try:
        address = redirect_uri.check(asked)
    except ProtocolError as error:
        raise Refused(error, client) from None
    target = Target(address, response_mode.safest(asked), state.echo(asked))
    try:
        found = {name: check(asked) for name, check in CHECKS}
        hint = (asked.one("login_hint") or "")[:_LONGEST_HINT]
    except ProtocolError as error:
        raise Refused(error, client, target) from None
    found.pop("")
    return AuthorizationRequest(client=client, redirect_uri=address, login_hint=hint, **found)


def _client(pairs: Pairs) -> ClientFacts:
    """Unknown, disabled and deleted look the same from outside (attack 006)."""
    try:
        client_id = single(pairs, "client_id")
    except ProtocolError as error:
        raise Refused(error) from None
    if client_id is None:
        raise Refused(InvalidRequest("client_id_missing", "client_id is missing"))
    client = clients.find(client_id)
    if client is None or not client.enabled:
        reason = "client_unknown" if client is None else "client_disabled"
        raise Refused(InvalidRequest(reason, "client_id is not known"))
    return client


__all__ = ["CHECKS", "AuthorizationRequest", "Refused", "carried", "read"]
