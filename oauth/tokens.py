"""Tokens: minted from a row that was read a moment ago, opened in one place."""

import base64
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from joserfc import jws, jwt
from joserfc.errors import JoseError

from oauth import claims, gate, keys, opaque
from oauth.clients import ClientFacts, ResourceFacts
from oauth.grant_row import GrantRow
from oauth.numeric_date import numeric_date

_LONGEST = 16_384
_LOGOUT_LIFETIME = 120  # seconds; §4 asks for two minutes at the most
_HALF = {"RS256": 256, "ES256": 256, "PS256": 256, "EdDSA": 512}
_REGISTRY = jws.JWSRegistry(algorithms=list(keys.ALGORITHMS))


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A genuine, unexpired access token of ours. Whether it is still good, the row decides."""

    claims: Mapping[str, Any]
    token_id: opaque.TokenId

    @property
    def audience(self) -> str:
        return str(self.claims["aud"])

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(str(self.claims.get("scope", "")).split())

    @property
    def issued_at(self) -> datetime:
        """To the millisecond, never later than it was: `iat` and what the sealed `jti` adds."""
        second = datetime.fromtimestamp(int(self.claims["iat"]), UTC)
        return second + timedelta(milliseconds=self.token_id.millisecond)


def _sign(alg: str, typ: str | None, payload: dict[str, Any]) -> str:
    kid, key = keys.signer(alg)
    header = {"alg": alg, "kid": kid}
    if typ:
        header["typ"] = typ
    return jwt.encode(header, payload, key, registry=_REGISTRY)


def _lifetime(client: ClientFacts, api: ResourceFacts | None) -> int:
    """Seconds: the shortest of what API, client and deployment say, where they say anything."""
    said = [client.access_token_lifetime, api.lifetime if api else None]
    return min([value for value in said if value] or [settings.SIGNET.access_token_lifetime])


def _access_token(api: ResourceFacts | None, payload: dict[str, Any]) -> str:
    if api is not None and api.opaque:
        return opaque.seal_claims(payload)
    # RFC 9068 §2.1: typ keeps it from being taken for an ID token.
    return _sign(api.alg if api else "ES256", "at+jwt", payload)


def about_person(row: GrantRow, api: ResourceFacts | None) -> dict[str, Any]:
    """Authentication facts (RFC 9068 §2.2.1); at an API also what it decides by (§2.2.3.1)."""
    found: dict[str, Any] = {"auth_time": int(row.auth_time.timestamp()), "amr": list(row.amr)}
    if row.acr:
        found["acr"] = row.acr
    if api is None:
        return found
    # An API asks for more than these by the `claims` of its row.
    found["roles"] = list(row.roles)
    if row.groups:
        found["groups"] = list(row.groups)
    return claims.select(api.claims, row) | found


def mint_access_token(
    client: ClientFacts,
    *,
    scopes: frozenset[str],
    api: ResourceFacts | None,
    now: datetime,
    row: GrantRow | None,
) -> tuple[str, int]:
    """An access token with exactly one audience (RFC 9068 §3), and its lifetime in seconds.

    Without `row` it is the client's own (client_credentials). Without `api` it is for Signet.
    """
    lifetime = _lifetime(client, api)
    issued = int(now.timestamp())
    owner = row.id if row else client.id
    payload: dict[str, Any] = {
        **(about_person(row, api) if row else {}),
        "iss": settings.SIGNET.issuer,
        "sub": row.sub if row else client.client_id,
        "aud": api.identifier if api else settings.SIGNET.issuer,
        "client_id": client.client_id,
        "iat": issued,
        "exp": issued + lifetime,
        "jti": opaque.new_token_id(
            owner,
            is_client=row is None,
            epoch=settings.SIGNET.epoch,
            millisecond=now.microsecond // 1000,
        ),
    }
    if scopes:
        payload["scope"] = " ".join(sorted(scopes))
    return _access_token(api, payload), lifetime


def _half_hash(alg: str, value: str) -> str:
    digest = hashlib.new(f"sha{_HALF[alg]}", value.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).decode().rstrip("=")


def mint_id_token(
    client: ClientFacts,
    row: GrantRow,
    *,
    scopes: frozenset[str],
    access_token: str,
    now: datetime,
    with_nonce: bool,
) -> str:
    """An ID token (OIDC Core §2). A refreshed one keeps iss, sub, aud and auth_time (§12.2)."""
    issued = int(now.timestamp())
    payload: dict[str, Any] = {
        **claims.for_id_token(row, scopes, gate.present_claims(row, client, "id_token")),
        "iss": settings.SIGNET.issuer,
        "sub": row.sub,
        "aud": client.client_id,
        "iat": issued,
        "exp": issued + settings.SIGNET.id_token_lifetime,
        "at_hash": _half_hash(client.id_token_alg, access_token),
        "amr": list(row.amr),
        "auth_time": int(row.auth_time.timestamp()),
    }
    if row.acr:
        payload["acr"] = row.acr
    if row.sid:
        payload["sid"] = row.sid
    if row.nonce and with_nonce:
        payload["nonce"] = row.nonce
    return _sign(client.id_token_alg, "JWT", payload)


def mint_logout_token(client_id: str, alg: str, *, sub: str, sid: str, now: datetime) -> str:
    """A logout token (OIDC Back-Channel Logout §2.4), signed as the client's ID tokens are.

    `sub` may be empty. Each has a `jti` of its own: an app that fell over half-way must not take
    the repetition for a replay (§2.6).
    """
    issued = int(now.timestamp())
    payload: dict[str, Any] = {
        "iss": settings.SIGNET.issuer,
        "aud": client_id,
        "iat": issued,
        "exp": issued + _LOGOUT_LIFETIME,
        "jti": str(uuid.uuid4()),
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        "sid": sid,
    }
    if sub:
        payload["sub"] = sub
    return _sign(alg, "logout+jwt", payload)


def _open_jwt(text: str, typ: str, *, old: bool) -> dict[str, Any] | None:
    """Claims of a JWT we signed as `typ`. The key decides the algorithm, the header does not.

    `old`: a key whose tokens are all over will do.
    """
    try:
        head = jws.extract_compact(text.encode()).headers()
        if not isinstance(head, dict):  # a list or text that contains "alg" gets this far
            return None
        # RFC 7515 §4.1.11: we know no extension, and joserfc lets an empty list pass.
        if "crit" in head:
            return None
        kid = head.get("kid")
        found = keys.verifier(kid, old=old) if isinstance(kid, str) else None
        if found is None or head.get("alg") != found[0] or head.get("typ") != typ:
            return None
        token = jwt.decode(text, found[1], algorithms=[found[0]], registry=_REGISTRY)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        return None
    return token.claims if token.claims.get("iss") == settings.SIGNET.issuer else None


def open_access_token(text: str, now: datetime) -> AccessToken | None:
    """The one function that userinfo, introspection and revocation open an access token with."""
    if len(text) > _LONGEST or not text.isascii():
        return None
    if text.startswith(opaque.ACCESS):
        found = opaque.open_claims(text)
    else:
        found = _open_jwt(text, "at+jwt", old=False)
    if found is None:
        return None
    token_id = opaque.open_token_id(found.get("jti"))
    expires = numeric_date(found.get("exp"))
    if token_id is None or expires is None or expires <= now.timestamp():
        return None
    if token_id.epoch != settings.SIGNET.epoch:
        return None
    # We issue none, but a claim that forbids use yet is never ignored (RFC 7519 §4.1.5).
    begins = numeric_date(found.get("nbf", 0))
    if begins is None or begins > now.timestamp():
        return None
    return AccessToken(found, token_id)


def open_id_token_hint(text: str) -> dict[str, Any] | None:
    """Claims of an ID token of ours, expired or not (RP-Initiated Logout §4), else None."""
    if len(text) > _LONGEST or not text.isascii():
        return None
    found = _open_jwt(text, "JWT", old=True)
    if (
        found is None
        or not isinstance(found.get("sub"), str)
        or not isinstance(found.get("aud"), str)
    ):
        return None
    return found
