"""When a client secret was last used: noted in memory, written now and then.

A write on every token request would cost more than minting the token.
"""

import threading
import time
from datetime import UTC, datetime

from django.db import Error, connection

from oauth.models import ClientSecret

_EVERY = 60.0  # seconds
_seen: dict[str, float] = {}
_lock = threading.Lock()


def note(secret_id: str) -> None:
    """This secret was used just now."""
    _seen[secret_id] = time.time()


def flush() -> int:
    """Write what was noted; how many secrets."""
    with _lock:
        taken = dict(_seen)
        _seen.clear()
    for secret_id, moment in taken.items():
        ClientSecret.objects.filter(pk=secret_id).update(
            last_used_at=datetime.fromtimestamp(moment, UTC)
        )
    return len(taken)


def _on_and_on() -> None:
    while True:
        time.sleep(_EVERY)
        try:
            flush()
        except Error:
            pass  # the next round has newer times anyway
        finally:
            connection.close()


def start_flushing() -> None:
    """Called once by a web process."""
    threading.Thread(target=_on_and_on, name="secret-use", daemon=True).start()
