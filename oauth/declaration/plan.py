"""What would change: the files against the database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath

from oauth import roles_of_client
from oauth.declaration import rules, schema
from oauth.declaration.entry import Declared, Entry
from oauth.declaration.fault import Faulty, without_echoes
from oauth.declaration.kind import Fields, State
from oauth.declaration.kinds import KINDS
from oauth.declaration.still_needed import still_needed
from oauth.models import Scope


@dataclass(frozen=True)
class Change:
    """`action`: create, change or delete. `fields`: member → (before, after)."""

    section: str
    key: str
    action: str
    fields: Fields
    entry: Entry | None = None


@dataclass(frozen=True)
class Plan:
    """`stray`: what `apply` once made and the files no longer name; deleted only when pruning."""

    changes: tuple[Change, ...]
    stray: tuple[Change, ...]


def _with_it(section: str, key: str) -> Fields:
    """What goes with a client."""
    taken = [str(one) for one in roles_of_client.found(key)] if section == "clients" else []
    return {"roles and groups": (taken, [])} if taken else {}


def _stray(declared: list[Declared], sections: set[str]) -> list[Change]:
    """Only kinds whose section the files have, and never people."""
    found = []
    named = {(one.section, one.entry.key) for one in declared}
    for kind in reversed(KINDS):
        if not kind.prunable or kind.section not in sections:
            continue
        for key, state in kind.state(None):
            if state["declared"] and (kind.section, key) not in named:
                found.append(Change(kind.section, key, "delete", _with_it(kind.section, key)))
    listed = {
        (one.entry.key, scope.name)
        for one in declared
        if one.section == "resources"
        for scope in getattr(one.entry, "scopes", ())
    }
    apis = {one.entry.key for one in declared if "scopes" in one.entry.model_fields_set}
    for scope in Scope.objects.filter(resource__identifier__in=apis).select_related("resource"):
        if (scope.resource.identifier, scope.name) not in listed:
            found.append(Change("scopes", scope.name, "delete", {}))
    gone = {
        section: {one.key for one in found if one.section == section}
        for section in ("roles", "scopes", "resources")
    }
    needed = still_needed(
        gone["roles"], scopes=gone["scopes"], apis=gone["resources"], declared=declared
    )
    return [one for one in found if one.section != "roles" or one.key not in needed]


def _changes(declared: list[Declared], states: Mapping[str, Mapping[str, State]]) -> list[Change]:
    found = []
    for kind in KINDS:
        for one in (each for each in declared if each.section == kind.section):
            before = states[kind.section].get(one.entry.key)
            fields = kind.differ(one.entry, before)
            if before is None:
                fields |= {name: (None, value) for name, value in kind.defaults(one.entry).items()}
            if kind.prunable and not (before or {}).get("declared"):
                fields["declared"] = (False, True)
            if fields:
                action = "create" if before is None else "change"
                found.append(Change(kind.section, one.entry.key, action, fields, one.entry))
    return found


def make(files: Iterable[FilePath], environment: Mapping[str, str]) -> Plan:
    """Read, check and compare. Raises `Faulty` with every fault of every file."""
    declared, sections, faults = schema.read(files, environment)
    states = {
        kind.section: dict(
            kind.state([one.entry.key for one in declared if one.section == kind.section])
        )
        for kind in KINDS
    }
    faults = without_echoes(faults, list(rules.check(declared, states)))
    if faults:
        raise Faulty(faults)
    return Plan(tuple(_changes(declared, states)), tuple(_stray(declared, sections)))
