"""A code or refresh token and the row it was derived from."""

import hmac

from oauth import grant_row, opaque
from oauth.grant_row import GrantRow


def read(prefix: str, text: str) -> tuple[GrantRow, int] | None:
    """The row as it is now and the generation that the token is of; None: it is no such token.

    The row's secret is compared in constant time: whoever has the key but not the database must
    not learn it byte by byte.
    """
    opened = opaque.open_token(prefix, text)
    row = grant_row.read(opened.authorization_id) if opened else None
    if opened is None or row is None or not hmac.compare_digest(opened.secret, row.secret):
        return None
    return row, opened.generation
