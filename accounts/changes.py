"""How a change is told in the audit log: what, from what, to what, and never a secret."""

from collections.abc import Mapping
from typing import Any

_SECRET = frozenset({"password", "password_hash", "secrets"})
# An append-only log must not keep for ever what a person may want erased.
_PERSONAL = frozenset(
    {
        *("username", "email", "name", "given_name", "family_name", "middle_name", "nickname"),
        *("profile", "picture", "website", "gender", "birthdate", "phone_number", "address"),
        "attributes",
    }
)
_LONGEST = 300


def _told(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_told(one) for one in list(value)[:50]]
    return str(value)[:_LONGEST]


def described(
    kind: str, key: str, label: str, fields: Mapping[str, tuple[Any, Any]]
) -> dict[str, Any]:
    """Data of an audit event: `fields` is member → (before, after); hidden ones are only named.

    Of a person's data the names of the changed members are told, not the values.
    """
    personal = kind == "user"
    return {
        "kind": kind,
        "key": key,
        "label": label[:_LONGEST],
        "fields": {
            name: None
            if name.partition(".")[0] in _SECRET or (personal and name in _PERSONAL)
            else [_told(before), _told(after)]
            for name, (before, after) in fields.items()
        },
    }
