"""The only code that opens outbound HTTP to an address somebody else chose."""

import ipaddress
import json
import socket
import time
from typing import Any
from urllib.parse import urlsplit

import urllib3
from django.conf import settings
from urllib3.util import Timeout

_CHUNK = 16_384


class FetchRefused(Exception):
    """The document cannot be had; `reason` is one word for the record."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _address(host: str, port: int) -> str:
    """One address of the host that may be reached, resolved once.

    The connection goes to this very address: a second look-up could answer with another
    one (DNS rebinding).
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise FetchRefused("unresolvable") from None
    allowed = {host, f"{host}:{port}"} & set(settings.SIGNET.fetch_allow)
    for *_, (address, *_) in found:
        found_ip = ipaddress.ip_address(str(address).split("%")[0])
        if allowed or (found_ip.is_global and not found_ip.is_multicast):
            return str(address)
    raise FetchRefused("private_address")


def get(url: str, *, max_bytes: int, timeout: float = 3.0, accept: str = "*/*") -> bytes:
    """The body of a https document: no redirects, `max_bytes` and `timeout` (seconds) in all.

    Raises `FetchRefused`. `settings.SIGNET.fetch_allow` names hosts whose private address is
    welcome (and which may speak plain http).
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise FetchRefused("url") from None
    plain_ok = {host, f"{host}:{port}"} & set(settings.SIGNET.fetch_allow)
    if parts.scheme != "https" and not (parts.scheme == "http" and plain_ok):
        raise FetchRefused("scheme")
    if parts.username is not None or not host:
        raise FetchRefused("url")
    address = _address(host, port)
    limits = Timeout(connect=timeout, read=timeout, total=timeout)
    if parts.scheme == "https":
        pool: urllib3.HTTPConnectionPool = urllib3.HTTPSConnectionPool(
            address,
            port,
            timeout=limits,
            cert_reqs="CERT_REQUIRED",
            ca_certs=settings.SIGNET.ca_file or None,
            server_hostname=host,
            assert_hostname=host,
        )
    else:
        pool = urllib3.HTTPConnectionPool(address, port, timeout=limits)
    path = parts.path or "/"
    if parts.query:
        path = f"{path}?{parts.query}"
    netloc = parts.netloc
    end = time.monotonic() + timeout
    try:
        response = pool.request(
            "GET",
            path,
            headers={"Host": netloc, "Accept": accept, "User-Agent": "Signet"},
            redirect=False,
            retries=False,
            preload_content=False,
            decode_content=False,
        )
        if response.status != 200:
            raise FetchRefused(f"status_{response.status}")
        body = b""
        for chunk in response.stream(_CHUNK):
            body += chunk
            if len(body) > max_bytes:
                raise FetchRefused("too_large")
            if time.monotonic() > end:
                raise FetchRefused("too_slow")
        return body
    except (urllib3.exceptions.HTTPError, OSError):
        raise FetchRefused("unreachable") from None
    finally:
        pool.close()


def get_json(url: str, *, max_bytes: int = 65_536, timeout: float = 3.0) -> Any:
    """A JSON document, as `get`. Raises `FetchRefused`, also for a body that is no JSON."""
    try:
        return json.loads(get(url, max_bytes=max_bytes, timeout=timeout, accept="application/json"))
    except (ValueError, RecursionError):
        raise FetchRefused("not_json") from None
