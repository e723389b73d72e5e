"""What of the database `apply` would take: a single bad row must not make a whole export useless.

There may be rows from before a rule, or whose client is gone. Every object is judged as `apply`
would judge it; what would be refused is left out and told. Nothing that is left out may widen what
is left: a role of a client that is gone is not exported as everybody's role.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from oauth.declaration import rules
from oauth.declaration.document import Document
from oauth.declaration.entry import Declared
from oauth.declaration.fault import FileFault, Path, words
from oauth.declaration.kind import Kind, State
from oauth.declaration.kinds import KINDS
from oauth.declaration.schema import form_faults

Members = dict[str, Any]
Faults = list[tuple[Path, str]]
_NEVER_WITHOUT = frozenset({"client"})
_ROUNDS = 10  # what is left out may show another fault


@dataclass
class _Listening(Document):
    """Hears every fault with its path."""

    heard: Faults = field(default_factory=list)

    def fault(self, path: Path, message: str) -> FileFault:
        if (path, message) not in self.heard:
            self.heard.append((path, message))
        return super().fault(path, message)


def _reduced(members: Members, faults: Faults) -> Members:
    """Without the faulty members, list elements and keys."""
    left = {}
    for name, value in members.items():
        inside = [path[1:2] for path, _message in faults if path[0] == name]
        wrong = {part[0] for part in inside if part}
        if not inside:
            left[name] = value
        elif () not in inside and isinstance(value, list):
            left[name] = [one for place, one in enumerate(value) if place not in wrong]
        elif () not in inside and isinstance(value, dict):
            left[name] = {key: one for key, one in value.items() if key not in wrong}
    return left


class Sound:
    """`members_of`: kind and state → what would be written of it; `tell` hears what is not."""

    def __init__(
        self, members_of: Callable[[Kind, State], Members], tell: Callable[[str], None]
    ) -> None:
        self._members_of = members_of
        self._tell = tell
        self._missing: set[tuple[str, str]] = set()
        self._there: dict[tuple[str, str], bool] = {}
        self._survey()

    def _survey(self) -> None:
        """Find what is left out; what names it then has a fault as well, and so on."""
        before = -1
        while before != len(self._missing):
            before = len(self._missing)
            for kind in KINDS:
                if kind.prunable:  # nothing names people but owners, and people are never left out
                    for _members in self._all(kind, lambda text: None):
                        pass

    def of(self, kind: Kind) -> Iterator[Members]:
        """The objects of this kind, one at a time."""
        return self._all(kind, self._tell)

    def _all(self, kind: Kind, tell: Callable[[str], None]) -> Iterator[Members]:
        seen: set[str] = set()
        for key, state in kind.state(None):
            what = f"{kind.noun} {key}"
            if key in seen:
                tell(f"Left out: {what}: there is another one of this name")
                continue
            if kind.prunable:
                seen.add(key)
            members, faults = self._judged(kind, self._members_of(kind, state), state)
            for path, message in faults:
                of = f"{what}, whole" if members is None else what
                tell(f"Left out: {of}: {words(path)}: {message}")
            if members is None:
                self._missing.add((kind.section, key))
            if kind.section == "resources":
                kept = {scope["name"] for scope in (members or {}).get("scopes", ())}
                names = {scope["name"] for scope in state["scopes"]}
                self._missing |= {("scopes", name) for name in names - kept}
            if members is not None:
                yield members

    def _judged(self, kind: Kind, members: Members, state: State) -> tuple[Members | None, Faults]:
        """What is left of the members, None for nothing, and every fault on the way."""
        told: Faults = []
        for _round in range(_ROUNDS):
            faults = self._faults(kind, members, state)
            if not faults:
                return members, told
            told += faults
            for path, _message in faults:
                name = str(path[0]) if path else ""
                if name not in members or name in _NEVER_WITHOUT:
                    return None, told
                if kind.entry.model_fields[name].is_required():
                    return None, told
            members = _reduced(members, faults)
        return None, told

    def _faults(self, kind: Kind, members: Members, state: State) -> Faults:
        document = _Listening("")
        try:
            entry = kind.entry.model_validate(members)
        except ValidationError as error:
            for _fault in form_faults(document, (), error):
                pass
            return document.heard
        declared = Declared(kind.section, entry, document, ())
        for path, section, key in entry.references():
            if not self._exists(section, key):
                declared.fault(path, rules.no_such(section, key))
        # Applied here it meets the object as it is, elsewhere it makes a new one. Of people the
        # rules then ask the database one by one whose an address is; here it is their own.
        for before in (state, None) if kind.prunable else (state,):
            for _fault in kind.rules(declared, before):
                pass
        return document.heard

    def _exists(self, section: str, key: str) -> bool:
        if (section, key) in self._missing:
            return False
        if (section, key) not in self._there:
            self._there[section, key] = rules.exists(section, key)
        return self._there[section, key]
