"""Which scripts of other sites may call an endpoint and read its answer, errors included.

Never with credentials: no endpoint knows a cookie, and none should be taught one.
"""

import time

from django.db import Error, connection

from oauth.protocol_request import ProtocolRequest
from oauth.protocol_response import ProtocolResponse

_EXPOSED = "WWW-Authenticate, Signet-Reference, Retry-After"
_FRESH = 5.0  # seconds
_ASK = """
SELECT DISTINCT unnest(allowed_origins) FROM oauth_client
WHERE enabled AND allowed_origins <> '{}'
"""
_known: tuple[float, frozenset[str]] | None = None


def _registered() -> frozenset[str]:
    """Every registered origin, read now and then: strangers' origins cost no query each."""
    global _known
    started = time.monotonic()
    if _known is None or started - _known[0] > _FRESH:
        try:
            with connection.cursor() as cursor:
                cursor.execute(_ASK)
                _known = (started, frozenset(origin for (origin,) in cursor.fetchall()))
        except Error:
            # An answer without the header is still an answer.
            return _known[1] if _known else frozenset()
    return _known[1]


def forget() -> None:
    """Read them anew (for tests)."""
    global _known
    _known = None


def headers(kind: str, request: ProtocolRequest) -> tuple[tuple[str, str], ...]:
    """For "any": everybody. For "client": the origin, where some client registered it."""
    if kind == "any":
        return (("Access-Control-Allow-Origin", "*"),)
    origin = request.headers.get("origin", "")
    if not origin or origin not in _registered():
        return (("Vary", "Origin"),)
    return (
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Expose-Headers", _EXPOSED),
        ("Vary", "Origin"),
    )


def preflight(kind: str, methods: tuple[str, ...], request: ProtocolRequest) -> ProtocolResponse:
    """The answer to a browser that asks first."""
    allowed = headers(kind, request)
    if any(name == "Access-Control-Allow-Origin" for name, _ in allowed):
        allowed += (
            ("Access-Control-Allow-Methods", ", ".join(methods)),
            ("Access-Control-Allow-Headers", "Authorization, Content-Type"),
            ("Access-Control-Max-Age", "600"),
        )
    return ProtocolResponse(204, allowed)
