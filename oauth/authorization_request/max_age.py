"""max_age: how old the sign-in may be, in seconds (OIDC Core §3.1.2.1)."""

import re

from oauth.authorization_request.asked import Asked
from oauth.errors import InvalidRequest

_SECONDS = re.compile(r"[0-9]{1,10}\Z")  # ASCII digits: int() would take ١٢ and 1_0


def check(asked: Asked) -> int | None:
    """Seconds, else the client's `default_max_age`. Raises `InvalidRequest`."""
    value = asked.one("max_age")
    if value is None:
        return asked.client.default_max_age
    if not _SECONDS.match(value):
        raise InvalidRequest("max_age_malformed", "max_age must be a number of seconds")
    return int(value)
