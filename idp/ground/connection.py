"""One outbound connection to a checked address, cut off at a fixed moment."""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection

from django.conf import settings

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_6TO4 = ipaddress.ip_network("2002::/16")


class FetchRefused(Exception):
    """The document cannot be had; `reason` is one word for the record.

    `sent`: the request may have reached the other side. `body`: what that said beside a status
    that is no success.
    """

    def __init__(self, reason: str, *, sent: bool = False, body: bytes = b"") -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent
        self.body = body


def is_public(address: str) -> bool:
    """Whether an address belongs to the public internet, also when it wraps an IPv4 address."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        # Each of these leads a packet to the IPv4 address written inside.
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)))
        if ip in _6TO4 or ip.teredo or ip.is_site_local:
            return False
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def address_of(host: str, port: int, *, private: bool, timeout: float) -> str:
    """One address of the host that may be reached, resolved once.

    The connection goes to this very address: a second look-up could answer with another one (DNS
    rebinding). A name with one forbidden address is refused whole. Raises `FetchRefused`.
    """
    found: list[str] = []

    def resolve() -> None:
        with suppress(OSError, UnicodeError):
            for *_, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                found.append(str(place[0]))

    # The system's resolver knows no deadline; a slow name server must not hold our thread.
    thread = threading.Thread(target=resolve, name="resolve", daemon=True)
    thread.start()
    thread.join(timeout)
    addresses = list(found)
    if thread.is_alive() or not addresses:
        raise FetchRefused("unresolvable")
    if not private and not all(is_public(address) for address in addresses):
        raise FetchRefused("private_address")
    return addresses[0]


class _Pinned(HTTPConnection):
    """HTTP(S) to a given address, whatever the name resolves to by now."""

    def __init__(self, scheme: str, host: str, port: int, address: str, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self.default_port = 443 if scheme == "https" else 80
        self._scheme, self._address = scheme, address
        self._cord: socket.socket | None = None

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        # A second handle on the same connection: the clock pulls it, also during a handshake.
        self._cord = self.sock.dup()
        if self._scheme == "https":
            context = ssl.create_default_context()
            if settings.SIGNET.ca_file:
                context.load_verify_locations(settings.SIGNET.ca_file)
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)

    def cut(self) -> None:
        if self._cord is not None:
            with suppress(OSError):
                self._cord.shutdown(socket.SHUT_RDWR)

    def let_go(self) -> None:
        # Not in close(): the library calls that while the body of the answer is still to come.
        self.close()
        if self._cord is not None:
            self._cord.close()


@contextmanager
def open_connection(
    scheme: str, host: str, port: int, address: str, end: float
) -> Iterator[HTTPConnection]:
    """A connection that is cut at `end` (monotonic seconds): a socket's own timeout starts anew
    with every byte, so a server that drips would hold us for hours."""
    seconds = max(0.01, end - time.monotonic())
    connection = _Pinned(scheme, host, port, address, seconds)
    clock = threading.Timer(seconds, connection.cut)
    clock.daemon = True
    clock.start()
    try:
        yield connection
    finally:
        clock.cancel()
        connection.let_go()
