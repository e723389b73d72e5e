"""What is wrong between entries, and between entries and the database."""

from collections.abc import Iterator, Mapping
from contextlib import suppress

from idp.ground.canonical import NotCanonical, email_key
from oauth.declaration.entry import Declared
from oauth.declaration.fault import FileFault
from oauth.declaration.kind import State
from oauth.declaration.kinds import BY_SECTION
from oauth.declaration.kinds.resource import ResourceEntry
from oauth.declaration.kinds.user_entry import UserEntry
from oauth.gate import OIDC_SCOPES
from oauth.models import Scope

States = Mapping[str, Mapping[str, State]]
_NOUNS = {"scopes": "scope", **{kind.section: kind.noun for kind in BY_SECTION.values()}}


def exists(section: str, key: str) -> bool:
    """Whether the database has what a reference names."""
    if section == "scopes":
        return key in OIDC_SCOPES or Scope.objects.filter(name=key).exists()
    return BY_SECTION[section].find(key) is not None


def no_such(section: str, key: str) -> str:
    return f"there is no {_NOUNS[section]} {key}"


def _duplicates(declared: list[Declared]) -> Iterator[FileFault]:
    seen: dict[tuple[str, str], Declared] = {}
    for one in declared:
        names = [(one.section, one.entry.key)]
        if isinstance(one.entry, UserEntry) and one.entry.email:
            with suppress(NotCanonical):
                names.append(("e-mail", email_key(one.entry.email)))
        if isinstance(one.entry, ResourceEntry):
            names += sorted({("scope", scope.name) for scope in one.entry.scopes})
        for name in names:
            first = seen.setdefault(name, one)
            if first is not one:
                where = f"{first.document.file}:{first.document.line(first.path)}"
                yield one.fault((), f"{name[1]} is declared already at {where}")


class _Known:
    """Whether a name stands for something that exists or will."""

    def __init__(self, declared: list[Declared]) -> None:
        self.found = {(one.section, one.entry.key) for one in declared}
        for document in {id(one.document): one.document for one in declared}.values():
            # As written, also where the API has a fault: that is told once, not at every use.
            for api in document.value.get("resources") or ():
                for scope in (api.get("scopes") if isinstance(api, dict) else None) or ():
                    if isinstance(scope, dict) and isinstance(scope.get("name"), str):
                        self.found.add(("scopes", scope["name"]))
        self.missing: set[tuple[str, str]] = set()

    def __contains__(self, name: tuple[str, str]) -> bool:
        if name in self.missing:
            return False
        if name not in self.found:
            (self.found if exists(*name) else self.missing).add(name)
        return name in self.found


def check(declared: list[Declared], states: States) -> Iterator[FileFault]:
    """Every fault that needs more than one entry to be seen."""
    yield from _duplicates(declared)
    known = _Known(declared)
    for one in declared:
        for path, section, key in one.entry.references():
            if (section, key) not in known:
                yield one.fault(path, no_such(section, key))
        before = states[one.section].get(one.entry.key)
        yield from BY_SECTION[one.section].rules(one, before)
