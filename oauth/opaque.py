"""Codes, refresh tokens and token ids, derived and never stored (AES-SIV, RFC 5297).

`prefix + key id + "." + base64url(AES-SIV(subkey of the purpose; id ‖ generation ‖ row secret))`.
Deterministic, so the same token can be derived again; everything after the key id looks random; a
string that does not open is refused without a query.
"""

import base64
import secrets
import time
import uuid
from dataclasses import dataclass
from functools import lru_cache

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV, AESSIV

from idp.ground.keyring import UnknownKey, subkey

CODE = "sgc_"
REFRESH = "sgr_"
ACCESS = "sga_"
_PURPOSE = {CODE: "authorization-code", REFRESH: "refresh-token"}
_LONGEST = 200
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Opened:
    """What a code or refresh token says; the row decides whether it is true."""

    authorization_id: uuid.UUID
    generation: int
    secret: bytes


@dataclass(frozen=True, slots=True)
class TokenId:
    """What a `jti` says: the authorization (or, without one, the client) and the epoch.

    `millisecond`: 0 to 999, the part of the moment of issuance that `iat`, in whole seconds, drops.
    """

    is_client: bool
    id: uuid.UUID
    epoch: int
    millisecond: int


@lru_cache(maxsize=64)
def _cipher(key: bytes) -> AESSIV:
    return AESSIV(key)


def _siv(purpose: str, key_id: str) -> AESSIV:
    """The ring is asked each time: taking a key out of it is the emergency stop."""
    return _cipher(subkey(purpose, key_id, 64)[1])


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    """Canonical: bytes encoded again must give the same string. Raises ValueError."""
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _encode(raw) != text:
        raise ValueError
    return raw


def derive(
    prefix: str, authorization_id: uuid.UUID, generation: int, secret: bytes, key_id: str
) -> str:
    """The code or refresh token of a row. Raises `UnknownKey`."""
    plain = authorization_id.bytes + generation.to_bytes(4, "big") + bytes(secret)
    return f"{prefix}{key_id}.{_encode(_siv(_PURPOSE[prefix], key_id).encrypt(plain, None))}"


def open_token(prefix: str, text: str) -> Opened | None:
    """What `derive` closed, else None."""
    if not text.startswith(prefix) or len(text) > _LONGEST or not text.isascii():
        return None
    key_id, _, body = text.removeprefix(prefix).partition(".")
    try:
        plain = _siv(_PURPOSE[prefix], key_id).decrypt(_decode(body), None)
    except (UnknownKey, InvalidTag, ValueError):
        return None
    if len(plain) != 36:
        return None
    return Opened(uuid.UUID(bytes=plain[:16]), int.from_bytes(plain[16:20], "big"), plain[20:])


def new_token_id(owner: uuid.UUID, *, is_client: bool, epoch: int, millisecond: int) -> str:
    """A `jti` from which introspection finds the row and nobody else learns anything."""
    key_id, _ = subkey("token-id", None, 64)
    plain = bytes([is_client]) + owner.bytes + epoch.to_bytes(4, "big")
    plain += millisecond.to_bytes(2, "big") + secrets.token_bytes(8)
    return f"{key_id}.{_encode(_siv('token-id', key_id).encrypt(plain, None))}"


def open_token_id(text: object) -> TokenId | None:
    """What `new_token_id` closed, else None."""
    if not isinstance(text, str) or len(text) > _LONGEST or not text.isascii():
        return None
    key_id, _, body = text.partition(".")
    try:
        plain = _siv("token-id", key_id).decrypt(_decode(body), None)
    except (UnknownKey, InvalidTag, ValueError):
        return None
    if len(plain) != 31:
        return None
    return TokenId(
        bool(plain[0]),
        uuid.UUID(bytes=plain[1:17]),
        int.from_bytes(plain[17:21], "big"),
        int.from_bytes(plain[21:23], "big"),
    )


def _daily(key_id: str, day: int) -> AESGCMSIV:
    return AESGCMSIV(subkey(f"access-token/{day}", key_id)[1])


def seal_claims(claims: dict[str, object]) -> str:
    """An access token that only we can read: the same claims, sealed under the day's key."""
    key_id, _ = subkey("access-token/0")
    day = int(time.time()) // _DAY
    nonce = secrets.token_bytes(12)
    body = day.to_bytes(4, "big") + nonce
    body += _daily(key_id, day).encrypt(nonce, orjson.dumps(claims), None)
    return f"{ACCESS}{key_id}.{_encode(body)}"


def open_claims(text: str) -> dict[str, object] | None:
    """What `seal_claims` closed, else None. Says nothing about its time."""
    if not text.startswith(ACCESS) or not text.isascii():
        return None
    key_id, _, encoded = text.removeprefix(ACCESS).partition(".")
    try:
        body = _decode(encoded)
        plain = _daily(key_id, int.from_bytes(body[:4], "big")).decrypt(body[4:16], body[16:], None)
        claims = orjson.loads(plain)
    except (UnknownKey, InvalidTag, ValueError):
        return None
    return claims if isinstance(claims, dict) else None
