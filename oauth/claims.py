"""Claims about a person (OIDC Core §5): only what was asked for, typed, never an empty string."""

from collections.abc import Iterable, Mapping
from typing import Any

from accounts import person_rules
from oauth.grant_row import GrantRow

SCOPE_CLAIMS: Mapping[str, tuple[str, ...]] = {
    "profile": (
        "name", "family_name", "given_name", "middle_name", "nickname", "preferred_username",
        "profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at",
    ),
    "email": ("email", "email_verified"),
    "address": ("address",),
    "phone": ("phone_number", "phone_number_verified"),
    "roles": ("roles",),
    "groups": ("groups",),
}  # fmt: skip
# The scope that a claim asked for one by one needs all the same.
SCOPE_OF: Mapping[str, str] = {
    name: scope for scope, names in SCOPE_CLAIMS.items() for name in names
}
SUPPORTED = ("sub", *(name for names in SCOPE_CLAIMS.values() for name in names))
# What the protocol says itself; an attribute of that name must not speak in its place.
RESERVED = frozenset(
    {
        "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "nonce", "acr", "amr", "azp",
        "auth_time", "at_hash", "c_hash", "s_hash", "sid", "scope", "client_id", "cnf",
        "act", "may_act", "events", "typ", "token_type", "active",
    }
)  # fmt: skip
_ADDRESS = ("formatted", "street_address", "locality", "region", "postal_code", "country")


def _value(name: str, row: GrantRow) -> Any:
    """The claim, or None when there is nothing to tell."""
    person = row.person
    match name:
        case "preferred_username":
            return person["username"]
        case "name":
            both = f"{person['given_name']} {person['family_name']}".strip()
            return person["name"] or both or None
        case "updated_at":
            return int(person["updated_at"])
        case "email_verified":
            return bool(person[name]) if person["email"] else None
        case "phone_number_verified":
            return bool(person[name]) if person["phone_number"] else None
        case "address":
            kept = person["address"] if isinstance(person["address"], dict) else {}
            parts = {key: kept.get(key) for key in _ADDRESS}
            # OIDC Core §5.1.1: texts. There may be rows from before the rule.
            texts = {key: value for key, value in parts.items() if isinstance(value, str)}
            return {key: value for key, value in texts.items() if value} or None
        case "roles":
            return list(row.roles)
        case "groups":
            return list(row.groups)
    if name in SUPPORTED:
        text = person.get(name)
        return text if text and person_rules.is_told(name, text) else None
    # Free attributes are told only where they are asked for by name.
    attributes = person["attributes"]
    value = attributes.get(name) if isinstance(attributes, dict) else None
    return (
        value if isinstance(value, str | int | float | bool | list | dict) and value != "" else None
    )


def select(names: Iterable[str], row: GrantRow) -> dict[str, Any]:
    """The named claims that have a value."""
    found = {name: _value(name, row) for name in names if name not in RESERVED}
    return {name: value for name, value in found.items() if value is not None}


def requested(row: GrantRow, member: str) -> tuple[str, ...]:
    """Names asked for one by one in `member` (`id_token` or `userinfo`) of the claims parameter."""
    part = row.claims_request.get(member)
    return tuple(part) if isinstance(part, dict) else ()


def of_scopes(scopes: frozenset[str]) -> tuple[str, ...]:
    """The claims that these scopes stand for (OIDC Core §5.4)."""
    return tuple(
        name for scope, all_of in SCOPE_CLAIMS.items() if scope in scopes for name in all_of
    )


def for_userinfo(
    row: GrantRow, scopes: frozenset[str], named: tuple[str, ...] = ()
) -> dict[str, Any]:
    """What userinfo tells: the claims of the granted scopes and those allowed by name."""
    return {"sub": row.sub, **select([*of_scopes(scopes), *named], row)}


def for_id_token(
    row: GrantRow, scopes: frozenset[str], named: tuple[str, ...] = ()
) -> dict[str, Any]:
    """What the ID token tells: those allowed by name, and roles and groups.

    Claims of the scopes profile, email, address and phone are userinfo's, since an access token
    is always issued with it (OIDC Core §5.4).
    """
    names = [name for name in ("roles", "groups") if name in scopes]
    return select([*names, *named], row)
