"""A logout on its way from the endpoint to the page: a sealed value in the URL."""

from dataclasses import astuple, dataclass
from urllib.parse import urlencode

from oauth.continuation import ContinuationBroken, open_value, seal_value

_PURPOSE = "logout"


@dataclass(frozen=True, slots=True)
class LogoutRequest:
    """`sub` and `sid` are those of a valid hint, else empty. `address` is registered, or empty."""

    sub: str = ""
    sid: str = ""
    client_name: str = ""
    address: str = ""
    state: str | None = None

    @property
    def return_url(self) -> str:
        """Where the app wants the person back, with its state; empty: nowhere."""
        if not self.address or self.state is None:
            return self.address
        joint = "&" if "?" in self.address else "?"
        return f"{self.address}{joint}{urlencode({'state': self.state})}"


def seal(asked: LogoutRequest) -> str:
    return seal_value(_PURPOSE, list(astuple(asked)))


def open_logout(text: str) -> LogoutRequest:
    """What `seal` closed; anything else asks for a logout and names nothing."""
    try:
        value = open_value(_PURPOSE, text)
    except ContinuationBroken:
        return LogoutRequest()
    return LogoutRequest(*value) if isinstance(value, list) else LogoutRequest()
