"""Who is the client? Exactly one method, the registered one, at every endpoint.

A failure burns nothing and says the same for an unknown client as for a wrong secret (RFC 6749
§5.2). Generated secrets carry 256 bits, so one SHA-256 guards them.
"""

import base64
import binascii
import hmac
import json
import time
from hashlib import sha256
from typing import Any
from urllib.parse import unquote_plus

from django.conf import settings
from joserfc import jws, jwt
from joserfc.errors import JoseError

from oauth import client_keys, clients, jti, secret_use
from oauth.clients import ClientFacts
from oauth.errors import InvalidClient, InvalidRequest
from oauth.numeric_date import numeric_date
from oauth.protocol_request import ProtocolRequest

METHODS = ("client_secret_basic", "client_secret_post", "private_key_jwt", "none")
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LONGEST_ASSERTION = 3_600  # seconds between now and exp
_SKEW = 10
_NOTHING = "0" * 64
# RFC 7515 §4: header parameters that are not understood are ignored.
_REGISTRY = jws.JWSRegistry(algorithms=list(client_keys.ALGORITHMS), strict_check_header=False)


def _refused(reason: str, client_id: str, *, basic: bool = False) -> InvalidClient:
    error = InvalidClient(reason, "Client authentication failed")
    error.headers = (("WWW-Authenticate", 'Basic realm="signet"'),) if basic else ()
    # An assertion can name anything; only what could be a client_id goes into a key of a table.
    error.guess_key = client_id[:100] if client_id.isascii() and client_id.isprintable() else ""
    return error


def _basic(header: str) -> list[tuple[str, str]]:
    """Readings of a Basic header: form-decoded as RFC 6749 §2.3.1 says, and as many send it."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        raise _refused("scheme_unknown", "", basic=True)
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise _refused("basic_malformed", "", basic=True) from None
    name, colon, secret = text.partition(":")
    if not colon or "\0" in text:
        raise _refused("basic_malformed", "", basic=True)
    raw = (name, secret)
    try:
        decoded = (unquote_plus(name, errors="strict"), unquote_plus(secret, errors="strict"))
    except UnicodeDecodeError:
        return [raw]
    return [decoded] if decoded == raw else [decoded, raw]


def _secret_fits(client: ClientFacts, secret: str) -> bool:
    """Compares with every live secret, each in constant time."""
    digest = sha256(secret.encode("utf-8", "replace")).hexdigest()
    found = ""
    now = time.time()
    for kept in client.secrets:
        alive = kept.expires_at is None or kept.expires_at > now
        if hmac.compare_digest(digest, kept.digest if alive else _NOTHING):
            found = kept.id
    if found:
        secret_use.note(found)
    return bool(found)


def _by_secret(
    readings: list[tuple[str, str]], method: str, *, basic: bool, form_id: str | None
) -> ClientFacts:
    for client_id, secret in readings:
        client = clients.find(client_id)
        if client is None or not secret or not _secret_fits(client, secret):
            continue
        if form_id is not None and form_id != client_id:
            raise _refused("client_id_differs", client_id, basic=basic)
        if not client.enabled:
            raise _refused("client_disabled", client_id, basic=basic)
        if client.auth_method != method:
            raise _refused("method_not_registered", client_id, basic=basic)
        return client
    raise _refused("secret_wrong", readings[0][0], basic=basic)


def _audience_fits(client: ClientFacts, audience: Any) -> bool:
    issuer = settings.SIGNET.issuer
    if audience == issuer:
        return True
    if not client.profile.lenient_assertion_audience:
        return False  # FAPI 2 §5.3.2.1: the issuer as a single string
    accepted = {issuer, f"{issuer}/oauth/token"}
    if isinstance(audience, str):
        return audience in accepted
    # A list that also names another server was made for that one too (RFC 7523 §3).
    return (
        isinstance(audience, list)
        and 0 < len(audience) <= len(accepted)
        and all(isinstance(one, str) and one in accepted for one in audience)
    )


def _by_assertion(assertion: str, form_id: str | None) -> ClientFacts:
    """RFC 7523 §3: iss = sub = client_id, for us, short-lived, once."""
    if len(assertion) > 8_192 or not assertion.isascii():
        raise _refused("assertion_malformed", "")
    try:
        found = jws.extract_compact(assertion.encode())
        head = found.headers()
    except (JoseError, ValueError, TypeError, RecursionError):
        raise _refused("assertion_malformed", "") from None
    if not isinstance(head, dict):  # a list or text that contains "alg" gets this far
        raise _refused("assertion_malformed", "")
    claims_unverified = _payload(found.payload)
    client_id = claims_unverified.get("sub")
    if not isinstance(client_id, str) or claims_unverified.get("iss") != client_id:
        raise _refused("assertion_subject", "")
    if form_id is not None and form_id != client_id:
        raise _refused("client_id_differs", client_id)
    client = clients.find(client_id)
    alg, kid = head.get("alg"), head.get("kid")
    if client is None or client.auth_method != "private_key_jwt" or not client.enabled:
        raise _refused("method_not_registered", client_id)
    if alg not in client_keys.ALGORITHMS or not isinstance(kid, str | None):
        raise _refused("assertion_algorithm", client_id)
    if "crit" in head:
        # RFC 7515 §4.1.11: we know no extension, so whatever is critical is not understood.
        raise _refused("assertion_crit", client_id)
    key = client_keys.find(client, kid, str(alg))
    if key is None:
        raise _refused("assertion_key", client_id)
    try:
        claims = jwt.decode(assertion, key, algorithms=[alg], registry=_REGISTRY).claims
    except (JoseError, ValueError, TypeError, RecursionError):
        raise _refused("assertion_signature", client_id) from None
    _check_times(claims, client_id)
    if not _audience_fits(client, claims.get("aud")):
        raise _refused("assertion_audience", client_id)
    identifier = claims.get("jti")
    if not isinstance(identifier, str) or not identifier:
        raise _refused("assertion_jti", client_id)
    if not jti.use("client_assertion", client_id, identifier, float(claims["exp"]) + _SKEW):
        raise _refused("assertion_replayed", client_id)
    return client


def _payload(raw: bytes) -> dict[str, Any]:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _check_times(claims: dict[str, Any], client_id: str) -> None:
    now = time.time()
    expires = numeric_date(claims.get("exp"))
    if expires is None or not now - _SKEW < expires <= now + _LONGEST_ASSERTION:
        raise _refused("assertion_expiry", client_id)
    for name in ("nbf", "iat"):
        if name in claims:
            value = numeric_date(claims[name])
            if value is None or value > now + _SKEW:
                raise _refused(f"assertion_{name}", client_id)


def authenticate(request: ProtocolRequest) -> ClientFacts:
    """The client that sent this request.

    Raises `InvalidClient`, and `InvalidRequest` for two methods at once (RFC 6749 §2.3).
    """
    header = request.headers.get("authorization")
    secret = request.single("client_secret")
    assertion = request.single("client_assertion")
    form_id = request.single("client_id")
    if header is not None and "," in header:
        # WSGI joins repeated headers: two Authorization headers look like this.
        raise InvalidRequest("authorization_repeated", "More than one Authorization header")
    if sum(part is not None for part in (header, secret, assertion)) > 1:
        raise InvalidRequest("methods_mixed", "More than one client authentication method was used")
    if header is not None:
        return _by_secret(_basic(header), "client_secret_basic", basic=True, form_id=form_id)
    if assertion is not None:
        if request.single("client_assertion_type") != _ASSERTION:
            raise InvalidRequest("assertion_type", "client_assertion_type is not supported")
        return _by_assertion(assertion, form_id)
    if form_id is None:
        raise _refused("client_id_missing", "")
    if secret is not None:
        return _by_secret([(form_id, secret)], "client_secret_post", basic=False, form_id=None)
    client = clients.find(form_id)
    if client is None or not client.enabled or not client.is_public:
        raise _refused("credentials_missing", form_id)
    return client
