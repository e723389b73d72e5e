"""Addresses that are shown, opened or fetched, and web origins whose scripts may call us."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from oauth.client_rules.fault import Fault
from oauth.client_rules.redirect_uris import fault_of

_SHOWN = ("client_uri", "policy_uri", "tos_uri", "initiate_login_uri")
_DOCUMENTS = ("jwks_uri", "logo_uri", "sector_identifier_uri")
# For apps under development on the same machine; the fetcher refuses it where nobody allowed it.
_CALLED = ("backchannel_logout_uri",)
_OPENED = ("https", "loopback")


def origin_fault(origin: str) -> str:
    """What is wrong with a web origin (RFC 6454 §6.1), in a sentence; empty when nothing is."""
    try:
        parts = urlsplit(origin)
        bare = f"{parts.scheme}://{parts.netloc}" == origin == origin.lower()
        usual = {"https": 443, "http": 80}.get(parts.scheme) != parts.port or parts.port is None
    except ValueError:
        return _("The origin is malformed.")
    wrong = fault_of(origin, _OPENED)
    if wrong:
        return wrong
    if not bare or not usual:
        return _("Write an origin as browsers do, such as https://app.example.com.")
    return ""


def _asked_fault(uri: str, kinds: tuple[str, ...]) -> str:
    """Where we go: `kinds`, or a host the operator named in `SIGNET_FETCH_ALLOW`."""
    parts = urlsplit(uri)
    named = {parts.hostname, parts.netloc} & set(settings.SIGNET.fetch_allow)
    if parts.scheme == "http" and named:
        uri = f"https{uri.removeprefix('http')}"
    return fault_of(uri, kinds)


def _is_open(uri: str, data: Mapping[str, Any]) -> bool:
    """Back-Channel Logout §2.2: http only where the client is confidential."""
    return urlsplit(uri).scheme == "http" and data.get("token_endpoint_auth_method") == "none"


def check(data: Mapping[str, Any]) -> Iterator[Fault]:
    for field in _SHOWN + _DOCUMENTS + _CALLED:
        uri = data.get(field) or ""
        if not uri:
            continue
        kinds = ("https",) if field in _DOCUMENTS else _OPENED
        try:
            wrong = fault_of(uri, kinds) if field in _SHOWN else _asked_fault(uri, kinds)
        except ValueError:
            wrong = _("The address is malformed.")
        if not wrong and field in _CALLED and _is_open(uri, data):
            wrong = _("A client without a secret or key needs https here.")
        if wrong:
            yield Fault(field, wrong)
    for place, origin in enumerate(data.get("allowed_origins", ())):
        wrong = origin_fault(origin)
        if wrong:
            yield Fault("allowed_origins", f"{origin[:200]!r}: {wrong}", place)
