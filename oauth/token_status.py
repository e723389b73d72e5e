"""Is a token still good, and whose is it? For userinfo, introspection and revocation."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from oauth import claims, clients, derived_token, gate, grant_row, opaque, tokens
from oauth.clients import ClientFacts
from oauth.grant_row import GrantRow


@dataclass(frozen=True, slots=True)
class Status:
    """`row` is None for a client's own token. `scopes` are what it is worth at this moment.

    `answer`: what introspection tells those who may know.
    """

    client: ClientFacts
    audience: str
    row: GrantRow | None
    active: bool
    is_refresh: bool
    scopes: frozenset[str]
    answer: dict[str, Any]


def refresh_is_usable(row: GrantRow, now: datetime) -> bool:
    """Whether the row gives refresh tokens at all: issued, and not left unused for too long."""
    idle = timedelta(seconds=settings.SIGNET.refresh_idle)
    return (
        row.refreshable
        and row.code_redeemed_at is not None
        and not (row.offline and (row.last_used_at or row.created_at) + idle <= now)
    )


def is_fresh_predecessor(row: GrantRow, generation: int, now: datetime) -> bool:
    """Whether it was rotated away so short a time ago that its answer may not have arrived."""
    grace = timedelta(seconds=settings.SIGNET.refresh_grace)
    rotated_at = row.rotated_at
    return generation == row.generation - 1 and rotated_at is not None and now - rotated_at < grace


def _after(moment: datetime | None, issued_at: datetime) -> bool:
    """Whether it was issued after the moment that ended everything older.

    A token of the very millisecond counts as older: dead at once rather than alive for ever.
    """
    return moment is None or issued_at >= moment


def _refresh(text: str, now: datetime) -> Status | None:
    found = derived_token.read(opaque.REFRESH, text)
    if found is None:
        return None
    row, generation = found
    client = clients.find(row.client_id)
    if client is None:
        return None
    active = (
        gate.is_open(row, now)
        and refresh_is_usable(row, now)
        and client.check_grant_type("refresh_token")
        and (generation == row.generation or is_fresh_predecessor(row, generation, now))
    )
    scopes = gate.present_scopes(row, client)
    answer = {
        "active": True,
        "client_id": row.client_id,
        "sub": row.sub,
        **_told(scopes),
        "iss": settings.SIGNET.issuer,
        "iat": int(row.created_at.timestamp()),
        "exp": int(row.expires_at.timestamp()),
    }
    return Status(client, settings.SIGNET.issuer, row, active, True, scopes, answer)


def _told(scopes: frozenset[str]) -> dict[str, str]:
    """`scope` is a list of at least one (RFC 6749 §3.3), or is not there."""
    return {"scope": " ".join(sorted(scopes))} if scopes else {}


def _is_for_somebody(found: tokens.AccessToken, client: ClientFacts) -> bool:
    """Whether its API still exists for the client: enabled, and still among those it may use."""
    return found.audience == settings.SIGNET.issuer or found.audience in client.resources


def _signed(found: tokens.AccessToken) -> dict[str, Any]:
    """Of the signature only what the protocol itself says. The scope is told as it is now."""
    return {
        name: value
        for name, value in found.claims.items()
        if name in claims.RESERVED and name != "scope"
    }


def _of_client(found: tokens.AccessToken, client: ClientFacts) -> Status:
    """A client's own token: no row, so the client's row has the say, as at an issuance."""
    active = (
        client.enabled
        and not client.is_public
        and client.check_grant_type("client_credentials")
        and _after(client.tokens_not_before, found.issued_at)
        and _is_for_somebody(found, client)
    )
    scopes = found.scopes & gate.own_scopes(client.resources.get(found.audience))
    answer = {"active": True, "token_type": "Bearer", **_signed(found), **_told(scopes)}
    return Status(client, found.audience, None, active, False, scopes, answer)


def access(text: str, now: datetime) -> Status | None:
    """The state of an access token of ours, else None."""
    found = tokens.open_access_token(text, now)
    client = clients.find(str(found.claims["client_id"])) if found else None
    if found is None or client is None:
        return None
    if found.token_id.is_client:
        return _of_client(found, client)
    row = grant_row.read(found.token_id.id)
    if row is None:
        return None
    active = (
        gate.is_open(row, now)
        and _after(row.tokens_not_before, found.issued_at)
        and _is_for_somebody(found, client)
    )
    scopes = found.scopes & gate.present_scopes(row, client)
    # Roles, groups and whatever else an API decides by are computed, as at an issuance (design §4).
    about = tokens.about_person(row, client.resources.get(found.audience))
    answer = {"active": True, "token_type": "Bearer", **about, **_signed(found), **_told(scopes)}
    return Status(client, found.audience, row, active, False, scopes, answer)


def read(text: str, now: datetime) -> Status | None:
    """The state of an access or refresh token of ours, else None. Hints are not needed."""
    return _refresh(text, now) if text.startswith(opaque.REFRESH) else access(text, now)
