"""Which scripts of other sites may call an endpoint and read its answer, errors included.

Never with credentials: no endpoint knows a cookie, and none should be taught one.
"""

from django.db import connection

from oauth.protocol_request import ProtocolRequest
from oauth.protocol_response import ProtocolResponse

_EXPOSED = "WWW-Authenticate, Signet-Reference, Retry-After"
_ASK = """
SELECT 1 FROM oauth_client WHERE enabled AND %s = ANY(allowed_origins) LIMIT 1
"""


def _registered(origin: str) -> bool:
    if not origin or len(origin) > 300 or "\0" in origin:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_ASK, [origin])
        return cursor.fetchone() is not None


def headers(kind: str, request: ProtocolRequest) -> tuple[tuple[str, str], ...]:
    """For "any": everybody. For "client": the origin, where some client registered it."""
    if kind == "any":
        return (("Access-Control-Allow-Origin", "*"),)
    origin = request.headers.get("origin", "")
    if not origin:
        return (("Vary", "Origin"),)
    if not _registered(origin):
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
