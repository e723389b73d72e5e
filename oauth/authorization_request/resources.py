"""resource: the APIs the client wants tokens for; may be repeated (RFC 8707 §2)."""

from oauth.authorization_request.asked import Asked
from oauth.extensions import resource_indicators


def check(asked: Asked) -> tuple[str, ...]:
    """Each one known to this client. Raises `InvalidTarget`."""
    return resource_indicators.check_requested(asked.client, asked.all("resource"))
