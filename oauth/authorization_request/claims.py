"""claims: single claims asked for by name (OIDC Core §5.5)."""

import re
from collections.abc import Mapping
from typing import Any

from idp.ground import strict_json
from oauth.authorization_request.asked import Asked, ClaimsRequest
from oauth.clients import ClientFacts
from oauth.errors import InvalidRequest
from oauth.gate import may_name

_NAME = re.compile(r"[A-Za-z0-9_.:/#-]{1,60}\Z")
_MOST = 50
# Facts of the protocol: told truthfully or not at all, whatever a client or an attribute says.
PROTOCOL = frozenset(
    [
        "iss",
        "sub",
        "aud",
        "exp",
        "iat",
        "nbf",
        "jti",
        "nonce",
        "azp",
        "acr",
        "amr",
        "auth_time",
        "at_hash",
        "c_hash",
        "s_hash",
        "sid",
        "cnf",
        "events",
        "client_id",
        "scope",
    ]
)


def _refuse() -> InvalidRequest:
    return InvalidRequest("claims_malformed", "claims is not a valid claims request")


def _parse(text: str) -> dict[str, Any]:
    try:
        value = strict_json.loads(text)
    except ValueError:
        raise _refuse() from None
    if not isinstance(value, dict):
        raise _refuse()
    return value


def _member(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    """One of the two members: claim name → null or an object (§5.5.1). Raises `InvalidRequest`."""
    part = value.get(name)
    if part is None:
        return {}
    if not isinstance(part, dict) or len(part) > _MOST:
        raise _refuse()
    for detail in part.values():
        if detail is None:
            continue
        if not isinstance(detail, dict) or not isinstance(detail.get("essential", False), bool):
            raise _refuse()
        if not isinstance(detail.get("values", []), list):
            raise _refuse()
    return part


def _values(part: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    """The strings that `value` or `values` demand; None where nothing is demanded."""
    detail = part.get(name) or {}
    if "value" in detail:
        demanded = [detail["value"]]
    elif "values" in detail:
        demanded = detail["values"]
    else:
        return None
    if not all(isinstance(one, str) for one in demanded):
        raise _refuse()
    return tuple(demanded)


def _permitted(part: Mapping[str, Any], client: ClientFacts) -> dict[str, Any]:
    """Only what this client may name; the rest is ignored (OIDC Core §5.5.1)."""
    return {
        name: detail
        for name, detail in part.items()
        if name not in PROTOCOL and _NAME.match(name) and may_name(client, name)
    }


def check(asked: Asked) -> ClaimsRequest:
    """Raises `InvalidRequest` for anything but JSON of the right shape."""
    text = asked.one("claims")
    if text is None:
        return ClaimsRequest()
    value = _parse(text)
    userinfo, id_token = _member(value, "userinfo"), _member(value, "id_token")
    subs = None
    for part in (userinfo, id_token):
        demanded = _values(part, "sub")
        if demanded is not None:
            subs = frozenset(demanded) if subs is None else subs & frozenset(demanded)
    essential = (id_token.get("acr") or {}).get("essential", False)
    return ClaimsRequest(
        _permitted(userinfo, asked.client),
        _permitted(id_token, asked.client),
        subs,
        (_values(id_token, "acr") or ()) if essential else (),
    )
