"""One-time identifiers: used once, whatever the number of processes (RFC 7523 §3)."""

from datetime import UTC, datetime
from hashlib import sha256

from django.db import connection

_INSERT = """
INSERT INTO oauth_usedjti (digest, expires_at) VALUES (%s, %s)
ON CONFLICT (digest) DO NOTHING RETURNING 1
"""


def use(purpose: str, owner: str, identifier: str, until: float) -> bool:
    """Whether this is the first use; remembered until `until` (seconds since 1970)."""
    digest = sha256(f"{purpose}\0{owner}\0{identifier}".encode("utf-8", "surrogatepass")).digest()
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [digest, datetime.fromtimestamp(until, UTC)])
        return cursor.fetchone() is not None
