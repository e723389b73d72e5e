"""What a proxy says about the client is believed only where the proxy is known."""

import hmac
import ipaddress
from collections.abc import Iterable
from typing import Any

from django.conf import settings


def _trusted(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(ip in ipaddress.ip_network(one) for one in settings.SIGNET.trusted_proxies)


def client_address(peer: str, forwarded: str) -> str:
    """The nearest address that is not one of our proxies: what lies left of it may be invented."""
    address = peer
    for hop in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
        if not _trusted(address):
            break
        try:
            address = str(ipaddress.ip_address(hop))
        except ValueError:
            break
    return address


def believing(application: Any) -> Any:
    """WSGI middleware: settle address and scheme once, for pages and endpoints alike."""

    def wrapped(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        peer = environ.get("REMOTE_ADDR") or "127.0.0.1"
        forwarded = environ.pop("HTTP_X_FORWARDED_FOR", "")
        environ["REMOTE_ADDR"] = client_address(peer, forwarded)
        secret = environ.pop("HTTP_X_SIGNET_PROXY_SECRET", "")
        proto = environ.pop("HTTP_X_FORWARDED_PROTO", "")
        known = settings.SIGNET.proxy_secret
        if known and hmac.compare_digest(secret.encode(), known.encode()):
            environ["wsgi.url_scheme"] = "https" if proto == "https" else "http"
        for name in ("HTTP_FORWARDED", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP"):
            environ.pop(name, None)
        found: Iterable[bytes] = application(environ, start_response)
        return found

    return wrapped
