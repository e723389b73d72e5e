"""How the client proves itself, and with which public keys (RFC 7591 §2, FAPI 2.0 §5.4)."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from oauth.client_rules.fault import Fault
from oauth.client_rules.identity import profile_of

_MOST = 20
_RSA_BITS = 2048
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_KINDS: dict[str, Any] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}


def _key_fault(jwk: Any) -> str:
    """What is wrong with one key, in a sentence; empty when nothing is."""
    if not isinstance(jwk, dict):
        return _("A key is a JSON object.")
    if _PRIVATE & set(jwk):
        return _("This is a private or symmetric key: whoever saw it can be the client.")
    kind = _KINDS.get(str(jwk.get("kty")))
    if kind is None:
        return _("Only RSA, EC and OKP keys can be used.")
    try:
        key = kind.import_key(jwk)
        key.thumbprint()
        raw = key.raw_value
    except (JoseError, ValueError, TypeError, KeyError):
        return _("The key is malformed.")
    if isinstance(key, RSAKey) and raw.key_size < _RSA_BITS:
        return _("RSA keys need 2048 bits or more.")
    return ""


def jwks_faults(jwks: Any) -> Iterator[str]:
    """Faults of a JWK set (RFC 7517 §5)."""
    keys = jwks.get("keys") if isinstance(jwks, dict) else None
    if not isinstance(keys, list) or not 0 < len(keys) <= _MOST:
        yield _('A key set is {"keys": [...]} with 1 to 20 public keys.')
        return
    for position, jwk in enumerate(keys, start=1):
        wrong = _key_fault(jwk)
        if wrong:
            yield _("Key %(position)d: %(wrong)s") % {"position": position, "wrong": wrong}
    kids = [str(jwk.get("kid")) for jwk in keys if isinstance(jwk, dict) and "kid" in jwk]
    if len(set(kids)) != len(kids):
        yield _("Two keys have the same kid.")


def check(data: Mapping[str, Any]) -> Iterator[Fault]:
    profile = profile_of(data)
    assert profile is not None  # noqa: S101 - `check_client` stops before
    method = data.get("token_endpoint_auth_method", "client_secret_basic")
    if method not in profile.auth_methods:
        yield Fault(
            "token_endpoint_auth_method",
            _("Clients of this profile use: %s.") % ", ".join(profile.auth_methods),
        )
    jwks, jwks_uri = data.get("jwks"), data.get("jwks_uri", "")
    if jwks and jwks_uri:
        yield Fault("jwks_uri", _("Give jwks or jwks_uri, not both (RFC 7591 §2)."))
    if method == "private_key_jwt" and not jwks and not jwks_uri:
        yield Fault("jwks", _("private_key_jwt needs jwks or jwks_uri."))
    if jwks:
        yield from (Fault("jwks", wrong) for wrong in jwks_faults(jwks))
