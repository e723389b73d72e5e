"""state: the client's own, echoed exactly (RFC 6749 §4.1.2)."""

import re

from oauth.authorization_request.asked import Asked
from oauth.errors import InvalidRequest, ProtocolError

_VSCHAR = re.compile(r"[\x20-\x7e]*\Z")  # RFC 6749 appendix A.5


def check(asked: Asked) -> str | None:
    """Raises `InvalidRequest` for characters that a state cannot have."""
    value = asked.one("state")
    if value is not None and not _VSCHAR.match(value):
        raise InvalidRequest("state_characters", "state contains characters that are not allowed")
    return value


def echo(asked: Asked) -> str | None:
    """What an error echoes: the exact value, percent-encoded; nothing unless there is just one."""
    try:
        return asked.one("state")
    except ProtocolError:
        return None
