"""No parameter twice (RFC 6749 §3.1), none oversized."""

from oauth.authorization_request.asked import Asked
from oauth.errors import InvalidRequest
from oauth.protocol_request import is_too_long

_MAY_REPEAT = frozenset({"resource"})  # RFC 8707 §2


def check(asked: Asked) -> None:
    """Unknown names count too: two readings of one request are an attack's raw material."""
    names = [name for name, _ in asked.pairs if name not in _MAY_REPEAT]
    if len(names) != len(set(names)):
        raise InvalidRequest("parameter_repeated", "A parameter was sent more than once")
    if any(is_too_long(value) for _, value in asked.pairs):
        raise InvalidRequest("parameter_too_long", "A parameter is longer than 8 KiB")
