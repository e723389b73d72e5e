"""Whether single settings can be what they should be. Each raises ValueError with the words."""

import base64
import binascii
import ipaddress
import re
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_LOCALES = Path(__file__).resolve().parent.parent / "locale"
_KEY_ID = re.compile(r"[0-9A-Za-z]{1,20}\Z")


def _address(value: str) -> SplitResult:
    url = urlsplit(value)
    try:
        _ = url.port
    except ValueError:
        raise ValueError("its port is no number from 1 to 65535") from None
    return url


def bare_origin(value: str) -> str:
    """Scheme, host and perhaps a port."""
    url = _address(value)
    if f"{url.scheme}://{url.netloc}" != value or not url.hostname or "@" in url.netloc:
        raise ValueError("must be a bare origin such as https://id.example.com")
    if value != value.lower():
        raise ValueError("must be lower case")
    if url.scheme != "https" and not (url.scheme == "http" and url.hostname in LOOPBACK):
        raise ValueError("must be https (http only on a loopback host)")
    return value


def postgresql(value: str) -> str:
    """A connection URI of PostgreSQL with the name of a database."""
    url = _address(value)
    if url.scheme not in ("postgresql", "postgres") or not url.path.strip("/"):
        raise ValueError("must be postgresql://user:password@host:port/name")
    return value


def redis(value: str) -> str:
    """An address of Valkey or Redis."""
    url = _address(value)
    if url.scheme not in ("redis", "rediss") or not url.hostname:
        raise ValueError("must be redis://host:port/number")
    return value


def web_address(value: str) -> str:
    """http or https; empty is none."""
    url = _address(value)
    if value and (url.scheme not in ("http", "https") or not url.hostname):
        raise ValueError("must be an http or https address")
    return value


def file(value: str) -> str:
    """A file that is there; empty is none."""
    if value and not Path(value).is_file():
        raise ValueError("names no file")
    return value


def key_ring(value: tuple[str, ...]) -> tuple[str, ...]:
    """`id:base64url of 32 bytes`, each id once."""
    if not value:
        raise ValueError("needs at least one key")
    seen = set()
    for entry in value:
        key_id, _, encoded = entry.partition(":")
        if not _KEY_ID.match(key_id):
            raise ValueError("a key id is 1 to 20 ASCII letters or digits")
        if key_id in seen:
            raise ValueError(f"key id {key_id} occurs twice")
        seen.add(key_id)
        try:
            raw = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        except (binascii.Error, ValueError):
            raise ValueError(f"key {key_id} is not base64url") from None
        if len(raw) != 32:
            raise ValueError(f"key {key_id} must be 32 bytes")
    return value


def networks(value: tuple[str, ...]) -> tuple[str, ...]:
    """Addresses or networks (CIDR)."""
    for network in value:
        ipaddress.ip_network(network)
    return value


def languages(value: tuple[str, ...]) -> tuple[str, ...]:
    """Languages there is a catalogue for."""
    known = {"en", *(one.name.lower().replace("_", "-") for one in _LOCALES.glob("*"))}
    missing = [one for one in value if one not in known]
    if missing or not value:
        raise ValueError(f"choose of {', '.join(sorted(known))}")
    return value
