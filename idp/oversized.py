"""A body that will be refused is still read on a little, so that its sender hears the refusal.

Otherwise the connection closes under a client that is still sending, and it sees no answer at all.
"""

from collections.abc import Iterable
from typing import Any

_REFUSED_ABOVE = 65_536  # bytes, as the endpoints and the pages refuse
_READ_AT_MOST = 1_048_576
_CHUNK = 65_536


def hearing_out(application: Any) -> Any:
    """WSGI middleware: discard up to a mebibyte of a body that nobody will read."""

    def wrapped(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and _REFUSED_ABOVE < int(length) <= _READ_AT_MOST:
            left = int(length)
            while left > 0 and (chunk := environ["wsgi.input"].read(min(left, _CHUNK))):
                left -= len(chunk)
        found: Iterable[bytes] = application(environ, start_response)
        return found

    return wrapped
