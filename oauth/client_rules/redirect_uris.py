"""Where answers may go: exact addresses only (RFC 9700 §4.1.3, RFC 8252 §7, RFC 6749 §3.1.2)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.utils.translation import gettext as _

from oauth.client_rules.fault import Fault
from oauth.client_rules.grants import grants_of
from oauth.client_rules.identity import profile_of

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_MOST = 100
_MAX = 2_000
_CHARACTERS = re.compile(r"[\x21\x23-\x3B\x3D\x3F-\x5B\x5D\x5F\x61-\x7A\x7E]+\Z")  # RFC 3986 §2
_PRIVATE_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+\Z")
# An address that already holds one of these would let an answer be read two ways.
_ANSWER = frozenset({"code", "state", "iss", "error", "error_description", "response", "id_token"})


def _authority_fault(uri: str) -> str:
    """What is wrong with host, port or user information of an http(s) address."""
    parts = urlsplit(uri)
    if "@" in parts.netloc:
        return _("User information (before @) hides where an address leads.")
    if not parts.hostname or parts.hostname.startswith(".") or "%" in parts.netloc:
        return _("The host is missing or malformed.")
    if parts.netloc.endswith(":") or parts.port == 0:
        return _("The port is malformed.")
    return ""


def _kind_fault(uri: str, kinds: tuple[str, ...]) -> str:
    parts = urlsplit(uri)
    scheme = parts.scheme
    if scheme == "https" and "https" in kinds:
        return _authority_fault(uri)
    if scheme == "http" and "loopback" in kinds:
        wrong = _authority_fault(uri)
        if not wrong and parts.hostname not in LOOPBACK:
            return _("http is for loopback addresses only; use https.")
        return wrong
    # RFC 8252 §7.1: a reversed domain name, so that it belongs to somebody.
    if "private_use" in kinds and _PRIVATE_SCHEME.match(scheme):
        if not parts.path.strip("/") and not parts.netloc:
            return _("A private-use address needs something after its scheme.")
        return ""
    return _("An address of this kind is not for clients of this profile: %s:") % scheme


def fault_of(uri: str, kinds: tuple[str, ...]) -> str:
    """What is wrong with one address, in a sentence; empty when nothing is.

    `kinds`: of https, loopback (http) and private_use those the profile allows.
    """
    if len(uri) > _MAX:
        return _("The address is longer than 2,000 characters.")
    if "#" in uri:
        return _("A fragment (#) is not allowed.")
    if "*" in uri:
        return _("Wildcards are not supported: register every address.")
    if not _CHARACTERS.match(uri):
        return _("The address has characters that no URI may have.")
    try:
        parts = urlsplit(uri)
        wrong = _kind_fault(uri, kinds) if parts.scheme else _("The address must be absolute.")
    except ValueError:
        return _("The address is malformed.")
    if wrong:
        return wrong
    if {".", ".."} & set(parts.path.split("/")):
        return _("Browsers rewrite . and .. in a path: register the address they end at.")
    if _ANSWER & {name for name, _value in parse_qsl(parts.query, keep_blank_values=True)}:
        return _("The query uses a name that the answer itself needs.")
    return ""


def check(data: Mapping[str, Any]) -> Iterator[Fault]:
    profile = profile_of(data)
    assert profile is not None  # noqa: S101 - `check_client` stops before
    needed = "authorization_code" in grants_of(data)
    uris = data.get("redirect_uris", ())
    if needed and not uris:
        yield Fault("redirect_uris", _("authorization_code needs at least one address."))
    if uris and not needed:
        yield Fault("redirect_uris", _("Only authorization_code uses addresses."))
    for field in ("redirect_uris", "post_logout_redirect_uris"):
        given = list(data.get(field, ()))
        if len(given) > _MOST:
            yield Fault(field, _("At most 100 addresses."))
            continue
        if len(set(given)) != len(given):
            yield Fault(field, _("An address occurs twice."))
        for place, uri in enumerate(given):
            wrong = fault_of(uri, profile.redirects)
            if wrong:
                yield Fault(field, f"{uri[:200]!r}: {wrong}", place)
