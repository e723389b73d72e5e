"""response_type: the code flow alone; no token ever travels through a browser (RFC 9700 §2.1.2)."""

from oauth.authorization_request.asked import Asked
from oauth.errors import InvalidRequest, UnauthorizedClient, UnsupportedResponseType

SUPPORTED = ("code",)


def check(asked: Asked) -> None:
    """Raises `InvalidRequest`, `UnsupportedResponseType` or `UnauthorizedClient`."""
    value = asked.one("response_type")
    if value is None:
        raise InvalidRequest("response_type_missing", "response_type is missing")
    if value not in SUPPORTED:
        raise UnsupportedResponseType("response_type_unknown", "response_type must be code")
    client = asked.client
    if value not in client.response_types or not client.check_grant_type("authorization_code"):
        raise UnauthorizedClient(
            "response_type_not_registered", "The client may not use this response_type"
        )
