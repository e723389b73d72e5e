"""response_mode: how the answer travels (OAuth 2.0 Multiple Response Types §2.1, Form Post)."""

from oauth.authorization_request.asked import Asked
from oauth.errors import InvalidRequest, ProtocolError

DEFAULT = "query"


def _allowed(asked: Asked) -> frozenset[str]:
    """An empty list at the client means: whatever its profile allows."""
    of_profile = frozenset(asked.client.profile.response_modes)
    return of_profile & asked.client.response_modes if asked.client.response_modes else of_profile


def check(asked: Asked) -> str:
    """The mode. Raises `InvalidRequest` for an unknown one and for one this client may not use."""
    mode = asked.one("response_mode") or DEFAULT
    if mode not in _allowed(asked):
        raise InvalidRequest("response_mode_not_allowed", "response_mode is not supported")
    return mode


def safest(asked: Asked) -> str:
    """The mode an error travels by: the requested one where it is good, else the default."""
    try:
        return check(asked)
    except ProtocolError:
        return DEFAULT if DEFAULT in _allowed(asked) else min(_allowed(asked), default=DEFAULT)
