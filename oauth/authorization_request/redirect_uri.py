"""redirect_uri: byte for byte a registered one (RFC 9700 §4.1.3)."""

import re

from oauth.authorization_request.asked import Asked
from oauth.errors import InvalidRequest

# RFC 8252 §7.3: a native app listens on whatever port is free, on an address no DNS can move.
_LOOPBACK = re.compile(r"http://(127\.0\.0\.1|\[::1\])(?::([0-9]{1,5}))?((?:/.*)?)\Z", re.DOTALL)


def _without_port(address: str) -> tuple[str, str] | None:
    found = _LOOPBACK.match(address)
    if found is None or not 0 < int(found[2] or 80) < 65_536:
        return None
    return found[1], found[3]


def _alike(one: str, other: str) -> int:
    """How many characters both begin with."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _difference(address: str, registered: tuple[str, ...]) -> str:
    """Where it leaves the registered address it is closest to."""
    if not registered:
        return "redirect_uri_none_registered"
    return f"redirect_uri_differs@{max(_alike(address, one) for one in registered)}"


def check(asked: Asked) -> str:
    """The address the answer goes to. Raises `InvalidRequest`, which stays on a page of ours.

    Required even where only one is registered (OIDC Core §3.1.2.1): never a guess.
    """
    address = asked.one("redirect_uri")
    registered = asked.client.redirect_uris
    if address is None:
        raise InvalidRequest("redirect_uri_missing", "redirect_uri is missing")
    if address in registered:
        return address
    if asked.client.profile.name == "native":
        wanted = _without_port(address)
        if wanted is not None and wanted in map(_without_port, registered):
            return address
    raise InvalidRequest(
        _difference(address, registered), "redirect_uri is not registered for this client"
    )
