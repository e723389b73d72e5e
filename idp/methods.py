"""Methods that no page knows are refused before anything runs, and never echo a request back."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings

_KNOWN = frozenset(["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"])
_BODY = b"This method is not supported here.\n"


def refusing_unknown_methods(application: Any) -> Any:
    """WSGI middleware: TRACE, TRACK, CONNECT and inventions get 405 (RFC 9110 §9.3.8, §15.5.6)."""

    def wrapped(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in _KNOWN:
            found: Iterable[bytes] = application(environ, start_response)
            return found
        headers = [
            ("Allow", "GET, HEAD, POST"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(_BODY))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        if settings.SECURE_HSTS_SECONDS:
            headers.append(
                (
                    "Strict-Transport-Security",
                    f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains",
                )
            )
        start_response("405 Method Not Allowed", headers)
        return [_BODY]

    return wrapped
