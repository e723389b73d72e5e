"""What the account pages, one floor down, may ask of this one."""

import uuid
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.apps import apps
from django.db.models import Model

from accounts.floor_above import FloorAbove, is_above
from oauth.activity_words import EVENTS


def _rows(model: str) -> Any:
    # By name: this module is imported by apps.py, before there are models.
    return apps.get_model("oauth", model).objects


def apps_of_sessions(keys: Collection[uuid.UUID]) -> Mapping[uuid.UUID, list[str]]:
    """One query, whatever the number of sessions; the app used last comes first."""
    found: dict[uuid.UUID, list[str]] = {}
    rows = _rows("Participation").filter(session__in=keys).order_by("-last_at")
    for session, name in rows.values_list("session_id", "client__client_name"):
        found.setdefault(session, []).append(name)
    return found


def names_of_apps(keys: Collection[str]) -> Mapping[str, str]:
    rows = _rows("Client").filter(client_id__in=keys)
    return dict(rows.values_list("client_id", "client_name"))


def _consents(user: uuid.UUID) -> Iterator[dict[str, Any]]:
    rows = _rows("Consent").filter(user=user).order_by("granted_at")
    fields = ("client__client_id", "client__client_name", "scopes", "claims")
    for row in rows.values(*fields, "granted_at", "updated_at"):
        yield _renamed(row)


def _access(user: uuid.UUID) -> Iterator[dict[str, Any]]:
    """Every access an app was given and that is still kept, living or over; no token."""
    rows = _rows("Authorization").filter(user=user).order_by("created_at")
    fields = ("client__client_id", "client__client_name", "kind", "scopes", "resources", "offline")
    times = ("created_at", "last_used_at", "expires_at", "revoked_at", "revoke_reason")
    for row in rows.values(*fields, *times).iterator(chunk_size=500):
        yield _renamed(row)


def _subjects(user: uuid.UUID) -> Iterator[dict[str, Any]]:
    yield from _rows("Subject").filter(user=user).order_by("sector").values("sector", "sub")


def reserved_for(role: uuid.UUID) -> list[str]:
    """Scopes with this role and no other: without it they would be open to everybody."""
    rows = _rows("Scope")
    found = rows.filter(roles=role).exclude(pk__in=rows.filter(roles__in=_others(role)))
    return [f"{scope._meta.verbose_name}: {scope}" for scope in found]


def id_of_app(obj: Model) -> str:
    return obj.client_id if isinstance(obj, apps.get_model("oauth", "Client")) else ""


def _others(role: uuid.UUID) -> Any:
    return apps.get_model("accounts", "Role").objects.exclude(pk=role)


def _renamed(row: dict[str, Any]) -> dict[str, Any]:
    return {name.removeprefix("client__"): value for name, value in row.items()}


def connect() -> None:
    """Called once, when the app is ready."""
    exported = {"consents": _consents, "access_of_apps": _access, "known_to_apps_as": _subjects}
    is_above(FloorAbove(apps_of_sessions, names_of_apps, exported, reserved_for, id_of_app, EVENTS))
