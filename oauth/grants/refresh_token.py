"""refresh_token: confidential clients keep theirs, public ones get a new one each time.

FAPI 2 §5.3.2.1 forbids rotation where the token is bound to a client that proves itself; RFC 9700
§4.14 demands it where it is not. A repeated refresh gets the same answer: nobody is logged out by
a retry.
"""

from datetime import datetime, timedelta
from typing import Any

from authlib.oauth2.rfc6749.grants import RefreshTokenGrant as AuthlibRefreshGrant
from django.db import connection

from accounts import audit
from oauth import audit_events, derived_token, gate, grant_row, opaque, reuse
from oauth.clients import ClientFacts
from oauth.errors import InvalidGrant, InvalidRequest
from oauth.grant_row import GrantRow
from oauth.grants.base import (
    SignetGrant,
    check_scopes,
    check_target,
    narrowed,
    token_answer,
)
from oauth.token_status import is_fresh_predecessor, refresh_is_usable

_ROTATE = """
UPDATE oauth_authorization SET generation = generation + 1, rotated_at = %s, last_used_at = %s
WHERE id = %s AND generation = %s AND revoked_at IS NULL RETURNING generation
"""
_TOUCH = """
UPDATE oauth_authorization SET last_used_at = %s
WHERE id = %s AND revoked_at IS NULL RETURNING 1
"""
_TOUCH_AFTER = timedelta(seconds=60)


class RefreshTokenGrant(SignetGrant, AuthlibRefreshGrant):
    """The order of RFC 6749 §6: client, grant type, token, scope; then one UPDATE."""

    def validate_token_request(self) -> None:
        client = self._validate_request_client()
        text = self.protocol_request.single("refresh_token")
        if text is None:
            raise InvalidRequest("refresh_token_missing", "refresh_token is required")
        found = derived_token.read(opaque.REFRESH, text)
        if found is None:
            raise InvalidGrant("refresh_token_unknown", "The refresh token is invalid")
        row, presented = found
        if row.client_pk != client.id:
            raise InvalidGrant("refresh_token_of_another_client", "The refresh token is invalid")
        if not refresh_is_usable(row, self.request.now):
            raise InvalidGrant("refresh_token_over", "The refresh token has expired")
        check_target(self, client, row)
        self.request.generation = self._generation(row, presented, client)
        self.request.refresh_token = row
        present = gate.present_scopes(row, client)
        requested = self.protocol_request.single("scope")
        self.request.scopes = narrowed(requested, row.scopes, present)
        check_scopes(self, client, row, self.request.scopes)

    def _generation(self, row: GrantRow, presented: int, client: ClientFacts) -> int:
        """The generation of the token to answer with; may be older by one than the row's.

        Raises `InvalidGrant` for reuse (which revokes) and for a token from the future.
        """
        if presented == row.generation:
            return presented
        if presented > row.generation:
            # The database went back in time (a restored backup): not the client's doing.
            audit.record(
                audit_events.REFRESH_FROM_THE_FUTURE,
                client_id=row.client_id,
                data={"authorization": str(row.id), "presented": presented, "kept": row.generation},
            )
            raise InvalidGrant("refresh_token_from_the_future", "The refresh token is invalid")
        now: datetime = self.request.now
        if is_fresh_predecessor(row, presented, now):
            return presented
        reuse.end_reused(row, client, now)
        raise InvalidGrant("refresh_token_reused", "The refresh token has been used before")

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        row: GrantRow = self.request.refresh_token
        client: ClientFacts = self.request.client
        generation = self._rotate(row) if client.is_public else self._touch(row)
        answer = token_answer(
            self, client, row, self.request.now, generation=generation,
            scopes=self.request.scopes, with_nonce=False,
        )  # fmt: skip
        return 200, answer, self.TOKEN_RESPONSE_HEADER

    def _rotate(self, row: GrantRow) -> int:
        """The successor. Of fifty at once one UPDATE wins and all answer with its successor."""
        now: datetime = self.request.now
        presented: int = self.request.generation
        if presented < row.generation:
            return row.generation
        with connection.cursor() as cursor:
            cursor.execute(_ROTATE, [now, now, row.id, presented])
            if cursor.fetchone() is not None:
                return presented + 1
        fresh = grant_row.read(row.id)
        if fresh is None or fresh.generation != presented + 1:
            raise InvalidGrant("refresh_token_reused", "The refresh token has been used before")
        gate.may_issue(fresh, now)
        return fresh.generation

    def _touch(self, row: GrantRow) -> int:
        """The same token again; its use is noted once a minute."""
        now: datetime = self.request.now
        if row.last_used_at is None or now - row.last_used_at >= _TOUCH_AFTER:
            with connection.cursor() as cursor:
                cursor.execute(_TOUCH, [now, row.id])
                if cursor.fetchone() is None:
                    raise InvalidGrant("authorization_revoked", "The refresh token is invalid")
        return row.generation
