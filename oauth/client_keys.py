"""The public keys of a client that proves itself by signature, inline or behind its jwks_uri."""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import Key, RSAKey, import_key

from idp.ground.fetch import FetchRefused, get_json
from oauth.clients import ClientFacts

# FAPI 2 §5.4 and RFC 8725 §3.2: what a signature may be made with. `none` and HMAC do not exist.
ALGORITHMS = (
    "ES256",
    "PS256",
    "EdDSA",
    "RS256",
    "ES384",
    "PS384",
    "RS384",
    "ES512",
    "PS512",
    "RS512",
)
_FRESH = 600.0
# An unknown kid fetches the document again, at most once a minute in each web process: a process
# that did not may not refuse a new key only because another one has seen it already.
_AGAIN = 60.0
_PATIENCE = 5.0  # seconds; a fetch takes three at most
_RSA_BITS = 2048


@dataclass(frozen=True)
class _Fetched:
    at: float
    keys: tuple[Key, ...]


_fetched: dict[str, _Fetched] = {}
_under_way: dict[str, threading.Event] = {}
_lock = threading.Lock()


def parse(document: Any) -> tuple[Key, ...]:
    """Usable public signing keys of a JWK set; private, symmetric and weak ones are left out."""
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        return ()
    found: list[Key] = []
    for jwk in document["keys"][:50]:
        if not isinstance(jwk, dict) or jwk.get("kty") not in ("RSA", "EC", "OKP"):
            continue
        if "d" in jwk or jwk.get("use", "sig") != "sig":
            continue
        try:
            key = import_key({k: v for k, v in jwk.items() if k not in ("key_ops", "x5c")})
            if isinstance(key, RSAKey) and key.raw_value.key_size < _RSA_BITS:
                continue
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        found.append(key)
    return tuple(found)


def _from_uri(uri: str, *, again: bool) -> tuple[Key, ...]:
    """The keys behind it, by one fetch at a time.

    Nobody has proven anything yet who asks for this: a burst of made-up key ids must neither hold a
    thread each nor turn on the client's server. Who comes while a fetch is under way gets what is
    known, and waits only where that is nothing at all.
    """
    with _lock:
        known = _fetched.get(uri)
        if known and time.monotonic() - known.at < (_AGAIN if again else _FRESH):
            return known.keys
        others = _under_way.get(uri)
        if others is None:
            _under_way[uri] = threading.Event()
    if others is None:
        return _fetch(uri, known)
    if known is None:
        others.wait(_PATIENCE)
        with _lock:
            known = _fetched.get(uri)
    return known.keys if known else ()


def _fetch(uri: str, known: _Fetched | None) -> tuple[Key, ...]:
    """Fetch it and tell those who wait."""
    keys = known.keys if known else ()
    try:
        # What worked a while ago goes on working while the client's server is away.
        with suppress(FetchRefused):
            keys = parse(get_json(uri))
    finally:
        with _lock:
            if len(_fetched) > 1_000:
                _fetched.clear()
            _fetched[uri] = _Fetched(time.monotonic(), keys)
            _under_way.pop(uri).set()
    return keys


def find(client: ClientFacts, kid: str | None, alg: str) -> Key | None:
    """The client's key for a signature. Without `kid` only a single fitting key will do."""

    def fitting(keys: tuple[Key, ...]) -> Key | None:
        kty = {"E": "EC", "P": "RSA", "R": "RSA"}[alg[0]] if alg != "EdDSA" else "OKP"
        good = [
            key
            for key in keys
            if key.key_type == kty
            and (kid is None or key.kid == kid)
            and key.get("alg") in (None, alg)
        ]
        return good[0] if len(good) == 1 or (good and kid is not None) else None

    if client.jwks_uri:
        return fitting(_from_uri(client.jwks_uri, again=False)) or fitting(
            _from_uri(client.jwks_uri, again=True)
        )
    return fitting(parse(client.jwks))
