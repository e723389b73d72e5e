"""authorization_code: a code becomes tokens, once (RFC 6749 §4.1.3)."""

from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any, NoReturn

from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant as AuthlibCodeGrant
from django.db import connection

from oauth import derived_token, gate, grant_row, opaque, reuse
from oauth.clients import ClientFacts
from oauth.errors import InvalidGrant, InvalidRequest
from oauth.extensions import pkce
from oauth.grant_row import GrantRow
from oauth.grants.base import SignetGrant, check_scopes, check_target, token_answer

# Of a hundred redemptions at once exactly one finds the row unspent.
_REDEEM = """
UPDATE oauth_authorization SET code_redeemed_at = %s, last_used_at = %s
WHERE id = %s AND code_redeemed_at IS NULL AND revoked_at IS NULL RETURNING 1
"""


def _check_address(given: str | None, asked: str) -> None:
    """Authlib would refuse it as well; this tells the record where the two part."""
    if given == asked:
        return
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(given or "", asked, strict=False))
    reason = f"redirect_uri_differs@{len(list(alike))}" if given else "redirect_uri_missing"
    raise InvalidGrant(reason, "redirect_uri is not that of the authorization request")


class AuthorizationCodeGrant(SignetGrant, AuthlibCodeGrant):
    """Authlib asks in the order of RFC 6749 §4.1.3: client, grant type, code, redirect_uri."""

    def query_authorization_code(self, code: str, client: ClientFacts) -> "_Code":
        found = derived_token.read(opaque.CODE, code)
        if found is None:
            raise InvalidGrant("code_unknown", "The authorization code is invalid")
        row, _generation = found
        if row.client_pk != client.id:
            # Another client's code: refused, and nothing of its owner's is touched.
            raise InvalidGrant("code_of_another_client", "The authorization code is invalid")
        if row.code_redeemed_at is None and row.code_expires_at <= self.request.now:
            raise InvalidGrant("code_expired", "The authorization code has expired")
        _check_address(self.request.payload.redirect_uri, row.redirect_uri)
        return _Code(row)

    def validate_token_request(self) -> None:
        if self.protocol_request.single("code") is None:
            raise InvalidRequest("code_missing", "code is required")
        super().validate_token_request()
        row = self.request.authorization_code.row
        verifier = self.protocol_request.single("code_verifier")
        pkce.check_verifier(self.request.client, row.code_challenge, verifier)
        if row.code_redeemed_at is not None:
            self._replayed(row)
        client = self.request.client
        check_target(self, client, row)
        self.request.scopes = gate.present_scopes(row, client)
        check_scopes(self, client, row, self.request.scopes)

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        row: GrantRow = self.request.authorization_code.row
        now: datetime = self.request.now
        with connection.cursor() as cursor:
            cursor.execute(_REDEEM, [now, now, row.id])
            won = cursor.fetchone() is not None
        if not won:
            self._lost(row)
        client = self.request.client
        answer = token_answer(
            self, client, row, now, generation=row.generation,
            scopes=self.request.scopes, with_nonce=True,
        )  # fmt: skip
        return 200, answer, self.TOKEN_RESPONSE_HEADER

    def _lost(self, row: GrantRow) -> NoReturn:
        """Somebody was faster: with the same code, or by ending the authorization."""
        fresh = grant_row.read(row.id)
        if fresh is None or fresh.code_redeemed_at is None:
            raise InvalidGrant("authorization_revoked", "The authorization code is invalid")
        self._replayed(fresh)

    def _replayed(self, row: GrantRow) -> NoReturn:
        """A fully valid second use: refuse, and revoke what the first one gave (§4.1.2).

        Only a fully valid one: whoever merely saw a spent code cannot end anybody's access.
        """
        now: datetime = self.request.now
        tolerance = timedelta(milliseconds=self.request.client.replay_tolerance)
        # A loser of the race may have begun before the winner: the difference can be negative.
        spared = tolerance and row.code_redeemed_at and now - row.code_redeemed_at < tolerance
        if not spared:
            reuse.end_replayed(row, now)
        raise InvalidGrant("code_replayed", "The authorization code has been used")


class _Code:
    """The row in the shape Authlib asks for."""

    def __init__(self, row: GrantRow) -> None:
        self.row = row

    def get_redirect_uri(self) -> str:
        return self.row.redirect_uri
