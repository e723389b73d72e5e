"""What nobody read of a body is read and thrown away, so that its sender hears the answer.

Otherwise the connection closes under a client that is still sending, or that is about to send its
next request on it, and it sees no answer at all.
"""

from collections.abc import Iterable
from typing import Any

# Bytes; who sends more loses the connection. As much as the proxy lets through
# (deploy/nginx.conf.template): a proxy that is cut off while it sends answers with its own 502.
_AT_MOST = 16 * 1_048_576
_CHUNK = 65_536


def hearing_out(application: Any) -> Any:
    """WSGI middleware."""

    def wrapped(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        found: Iterable[bytes] = application(environ, start_response)
        length = environ.get("CONTENT_LENGTH") or "0"
        left = int(length) if length.isascii() and length.isdigit() and len(length) < 9 else 0
        if 0 < left <= _AT_MOST:
            while left > 0 and (chunk := environ["wsgi.input"].read(min(left, _CHUNK))):
                left -= len(chunk)
        return found

    return wrapped
