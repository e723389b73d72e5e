"""The id of the request being answered, for logs and records."""

import contextvars
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")


@contextmanager
def named(given: str) -> Iterator[str]:
    """Name the request while it is answered; a proxy's id is kept when it is well formed."""
    found = given if _ID.match(given) else secrets.token_hex(8)
    token = request_id.set(found)
    try:
        yield found
    finally:
        request_id.reset(token)
