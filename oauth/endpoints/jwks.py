"""The key set (RFC 7517 §5), from bytes made beforehand."""

from django.conf import settings

from oauth import keys
from oauth.door import endpoint
from oauth.etag import is_known
from oauth.protocol_request import ProtocolRequest
from oauth.protocol_response import ProtocolResponse


@endpoint(methods=("GET", "HEAD"), cors="any")
def answer(request: ProtocolRequest) -> ProtocolResponse:
    """Cacheable for less time than a new key waits before it signs."""
    body, tag = keys.jwks()
    headers = (
        ("Content-Type", "application/json"),
        ("Cache-Control", f"public, max-age={settings.SIGNET.jwks_max_age}"),
        ("ETag", tag),
    )
    if is_known(request.headers.get("if-none-match"), tag):
        return ProtocolResponse(304, headers)
    return ProtocolResponse(200, headers, body)
