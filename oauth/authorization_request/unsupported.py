"""What is not built is refused by name (OIDC Core §3.1.2.6), never ignored."""

from oauth.authorization_request.asked import Asked
from oauth.errors import (
    InvalidRequest,
    RegistrationNotSupported,
    RequestNotSupported,
    RequestUriNotSupported,
)


def check(asked: Asked) -> None:
    """Request objects by value and by reference, and self-issued registration."""
    by_value, by_reference = asked.one("request"), asked.one("request_uri")
    if by_value and by_reference:
        raise InvalidRequest("request_twice", "request and request_uri exclude each other")
    if by_value:
        raise RequestNotSupported("request_object", "Request objects are not supported")
    if by_reference:
        raise RequestUriNotSupported("request_uri", "request_uri is not supported")
    if asked.one("registration"):
        raise RegistrationNotSupported("registration", "registration is not supported")
