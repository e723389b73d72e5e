"""JOSE, checked with jwcrypto: not the library that signed it."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from jwcrypto import jwk, jws
from jwcrypto.common import base64url_encode

# "RS256" is what a client gets that registered nothing (OIDC Registration §2).
_HASHES = {"RS256": "sha256", "ES256": "sha256", "PS256": "sha256", "EdDSA": "sha512"}
_KINDS = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, unverified; canonical base64url only."""
    head, payload, _ = token.split(".")
    return json.loads(decode(head)), json.loads(decode(payload))


def decode(text: str) -> bytes:
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    assert base64url_encode(raw) == text, "not canonical base64url"
    return raw


def key_of(jwks: dict[str, Any], kid: str) -> dict[str, Any]:
    found = [key for key in jwks["keys"] if key["kid"] == kid]
    assert len(found) == 1, f"{len(found)} keys with the kid of the token"
    return found[0]


def verify(token: str, jwks: dict[str, Any], alg: str) -> dict[str, Any]:
    """The claims, after the signature was checked with the published key the header names."""
    head, _ = parts(token)
    assert head["alg"] == alg, head
    key = key_of(jwks, head["kid"])
    assert key["kty"] == _KINDS[alg]
    assert key["alg"] == alg
    assert key["use"] == "sig"
    checked = jws.JWS()
    checked.allowed_algs = [alg]
    checked.deserialize(token, jwk.JWK(**key))
    claims = json.loads(checked.payload)
    assert isinstance(claims, dict)
    return claims


def half_hash(alg: str, value: str) -> str:
    """at_hash and c_hash (OIDC Core §3.1.3.6)."""
    digest = hashlib.new(_HASHES[alg], value.encode()).digest()
    return base64url_encode(digest[: len(digest) // 2])


def sign(
    claims: dict[str, Any] | str, key: jwk.JWK | None, alg: str = "RS256", **header: Any
) -> str:
    """A compact JWS by whatever key; `key` None: alg none with an empty signature."""
    payload = claims if isinstance(claims, str) else json.dumps(claims)
    head = {"alg": alg, **header}
    if key is None:
        joined = f"{base64url_encode(json.dumps(head))}.{base64url_encode(payload)}"
        return f"{joined}."
    if alg == "HS256":
        # By hand: jwcrypto refuses the short keys an attacker would try.
        joined = f"{base64url_encode(json.dumps(head))}.{base64url_encode(payload)}"
        mac = hmac.new(decode(key["k"]), joined.encode(), "sha256").digest()
        return f"{joined}.{base64url_encode(mac)}"
    made = jws.JWS(payload)
    made.allowed_algs = [alg]
    made.add_signature(key, alg, json.dumps(head))
    return made.serialize(compact=True)


def sign_under(head: dict[str, Any], claims: dict[str, Any], key: jwk.JWK) -> str:
    """Under exactly this header, ES256 or RS256 by the key; jwcrypto refuses strange headers."""
    joined = f"{base64url_encode(json.dumps(head))}.{base64url_encode(json.dumps(claims))}"
    private = key.get_op_key("sign")
    if key["kty"] == "RSA":
        raw = private.sign(joined.encode(), padding.PKCS1v15(), hashes.SHA256())
    else:
        pair = decode_dss_signature(private.sign(joined.encode(), ec.ECDSA(hashes.SHA256())))
        raw = b"".join(number.to_bytes(32, "big") for number in pair)
    return f"{joined}.{base64url_encode(raw)}"


def tamper(token: str) -> str:
    """The same token with one bit of its signature flipped."""
    head, payload, signature = token.split(".")
    raw = bytearray(decode(signature))
    raw[10] ^= 1
    return f"{head}.{payload}.{base64url_encode(bytes(raw))}"


def new_key(kind: str = "RSA", **more: Any) -> jwk.JWK:
    sizes: dict[str, Any] = {"RSA": {"size": 2048}, "EC": {"crv": "P-256"}}
    return jwk.JWK.generate(kty=kind, **{**sizes[kind], **more})


def public_set(*keys: jwk.JWK) -> dict[str, Any]:
    return {"keys": [key.export_public(as_dict=True) for key in keys]}


def client_assertion(client_id: str, audience: Any, key: jwk.JWK, **over: Any) -> str:
    """RFC 7523 §2.2; a claim set to None is left out."""
    now = int(time.time())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "iat": now,
        "exp": now + 60,
        "jti": base64url_encode(hashlib.sha256(str(time.time_ns()).encode()).digest()),
        **over,
    }
    kept = {name: value for name, value in claims.items() if value is not None}
    alg = "RS256" if key["kty"] == "RSA" else "ES256"
    return sign(kept, key, alg, kid=key.get("kid") or key.thumbprint())
