"""The access ledger: which client was told what about a person, and when last."""

import json
import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from oauth.grant_row import GrantRow

# Seconds. How exact "last" is: reading a profile every second must not write every second.
_EXACT = 3_600
_NOTE = """
INSERT INTO oauth_ledgerentry AS l (id, user_id, client_id, claims) VALUES (%s, %s, %s, %s)
ON CONFLICT (user_id, client_id) DO UPDATE SET claims = l.claims || excluded.claims
"""


def note(row: GrantRow, names: Iterable[str], now: datetime) -> None:
    """These claims go to the client now. Writes only what is new, or an hour old."""
    stamp = int(now.timestamp())
    fresh = {}
    for name in names:
        first, last = row.told.get(name, (stamp, 0))
        if stamp - last >= _EXACT:
            fresh[name] = [first, stamp]
    if fresh:
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, [uuid.uuid4(), row.user_id, row.client_pk, json.dumps(fresh)])
