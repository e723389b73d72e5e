"""The only code that opens outbound HTTP, mostly to addresses that somebody else chose.

Against server-side request forgery: https on known ports, one resolved and checked address that
is the one connected to, no redirects, no proxies, and hard caps on size and on the whole time.
"""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from idp.ground.connection import FetchRefused, address_of, open_connection

__all__ = ["FetchRefused", "get", "get_json", "post"]

_PORTS = (443, 8443)
_CHUNK = 16_384
# Printable ASCII without what parsers disagree about (WHATWG URL, RFC 3986 appendix B).
_URL = re.compile(r"[!#-;=?-\[\]_a-z~]{1,2048}\Z")


@dataclass(frozen=True, slots=True)
class _Ask:
    method: str
    url: str
    max_bytes: int
    timeout: float
    # An operator wrote this URL: private addresses, plain http and any port are theirs to choose.
    vouched: bool = False
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def get(url: str, *, max_bytes: int, timeout: float = 3.0, accept: str = "*/*") -> bytes:
    """The body of a document: at most `max_bytes`, within `timeout` seconds in all.

    Raises `FetchRefused`. `settings.SIGNET.fetch_allow` names hosts (`name` or `name:port`) whose
    private address, other port or plain http is welcome.
    """
    return _fetch(_Ask("GET", url, max_bytes, timeout, headers={"Accept": accept}))


def get_json(url: str, *, max_bytes: int = 65_536, timeout: float = 3.0) -> Any:
    """A JSON document, as `get`. Raises `FetchRefused`, also for a body that is no JSON."""
    try:
        return json.loads(get(url, max_bytes=max_bytes, timeout=timeout, accept="application/json"))
    except (ValueError, RecursionError):
        raise FetchRefused("not_json", sent=True) from None


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    max_bytes: int = 65_536,
    timeout: float = 10.0,
    vouched: bool = True,
) -> bytes:
    """Send a body to a URL, once, never again by itself.

    `vouched`: the URL is out of our own configuration; otherwise it is guarded as in `get`.
    Raises `FetchRefused`; its `sent` says whether the other side may have got it.
    """
    ask = _Ask("POST", url, max_bytes, timeout, vouched=vouched, body=body, headers=headers)
    return _fetch(ask)


def _checked(ask: _Ask) -> tuple[SplitResult, str, int, bool]:
    """Parts, host and port of a URL that may be asked, and whether an operator vouched for it."""
    try:
        parts = urlsplit(ask.url if _URL.match(ask.url) else "")
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise FetchRefused("url") from None
    if not host or parts.username is not None or parts.password is not None:
        raise FetchRefused("url")
    if port is None:
        port = 443 if parts.scheme == "https" else 80
    allowed = settings.SIGNET.fetch_allow
    vouched = ask.vouched or host in allowed or f"{host}:{port}" in allowed
    if parts.scheme != "https" and not (parts.scheme == "http" and vouched):
        raise FetchRefused("scheme")
    if port not in _PORTS and not vouched:
        raise FetchRefused("port")
    return parts, host, port, vouched


def _fetch(ask: _Ask) -> bytes:
    parts, host, port, vouched = _checked(ask)
    end = time.monotonic() + ask.timeout
    address = address_of(host, port, private=vouched, timeout=ask.timeout)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Accept-Encoding": "identity", "User-Agent": "Signet", "Connection": "close"}
    sent = False
    try:
        with open_connection(parts.scheme, host, port, address, end) as connection:
            connection.connect()
            sent = True
            together = {**headers, **ask.headers}
            connection.request(ask.method, target, body=ask.body, headers=together)
            response = connection.getresponse()
            body = _read(response, ask.max_bytes)
    except (HTTPException, OSError):
        late = time.monotonic() >= end
        raise FetchRefused("too_slow" if late else "unreachable", sent=sent) from None
    if time.monotonic() >= end:
        raise FetchRefused("too_slow", sent=sent)  # cut off by the clock: the body is a part of one
    if not 200 <= response.status <= 299:
        raise FetchRefused(f"status_{response.status}", sent=True, body=body)
    return body


def _read(response: HTTPResponse, max_bytes: int) -> bytes:
    body = b""
    while chunk := response.read1(_CHUNK):
        body += chunk
        if len(body) > max_bytes:
            raise FetchRefused("too_large", sent=True)
    return body
