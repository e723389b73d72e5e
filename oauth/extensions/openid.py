"""What OpenID Connect adds to a token answer (OIDC Core §3.1.3.3, §12.2)."""

from datetime import datetime
from typing import Any

from oauth.clients import ClientFacts
from oauth.grant_row import GrantRow
from oauth.tokens import mint_id_token


def add_id_token(
    answer: dict[str, Any],
    client: ClientFacts,
    row: GrantRow,
    scopes: frozenset[str],
    now: datetime,
    *,
    with_nonce: bool,
) -> None:
    """Put an ID token beside the access token where `openid` was granted."""
    if "openid" in scopes:
        answer["id_token"] = mint_id_token(
            client,
            row,
            scopes=scopes,
            access_token=answer["access_token"],
            now=now,
            with_nonce=with_nonce,
        )
