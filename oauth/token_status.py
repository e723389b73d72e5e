"""Is a token still good, and whose is it? For introspection and revocation."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from oauth import clients, gate, grant_row, opaque, tokens
from oauth.grant_row import GrantRow


@dataclass(frozen=True, slots=True)
class Status:
    """`row` is None for a client's own token. `answer`: what introspection tells those who may."""

    client_id: str
    audience: str
    row: GrantRow | None
    active: bool
    is_refresh: bool
    answer: dict[str, Any]


def _refresh(text: str, now: datetime) -> Status | None:
    opened = opaque.open_token(opaque.REFRESH, text)
    row = grant_row.read(opened.authorization_id) if opened else None
    if opened is None or row is None or not hmac.compare_digest(opened.secret, row.secret):
        return None
    idle = timedelta(seconds=settings.SIGNET.refresh_idle)
    active = (
        gate.is_open(row, now)
        and row.refreshable
        and row.code_redeemed_at is not None
        and opened.generation == row.generation
        and not (row.offline and (row.last_used_at or row.created_at) + idle <= now)
    )
    answer = {
        "active": True,
        "client_id": row.client_id,
        "sub": row.sub,
        "scope": " ".join(sorted(row.scopes)),
        "iss": settings.SIGNET.issuer,
        "iat": int(row.created_at.timestamp()),
        "exp": int(row.expires_at.timestamp()),
    }
    return Status(row.client_id, settings.SIGNET.issuer, row, active, True, answer)


def _access(text: str, now: datetime) -> Status | None:
    found = tokens.open_access_token(text, now)
    if found is None:
        return None
    client_id = str(found.claims["client_id"])
    answer = {"active": True, "token_type": "Bearer", **found.claims}
    if found.token_id.is_client:
        client = clients.find(client_id)
        active = client is not None and client.enabled
        if client is not None and client.tokens_not_before is not None:
            active = active and found.issued_at >= client.tokens_not_before.timestamp()
        return Status(client_id, found.audience, None, active, False, answer)
    row = grant_row.read(found.token_id.id)
    if row is None:
        return None
    active = gate.is_open(row, now)
    if row.tokens_not_before is not None:
        active = active and found.issued_at >= row.tokens_not_before.timestamp()
    return Status(client_id, found.audience, row, active, False, answer)


def read(text: str, now: datetime) -> Status | None:
    """The state of an access or refresh token of ours, else None. Hints are not needed."""
    return _refresh(text, now) if text.startswith(opaque.REFRESH) else _access(text, now)
