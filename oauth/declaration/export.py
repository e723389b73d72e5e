"""The deployment as YAML that `apply` reads: everything but secrets and password hashes."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

import yaml

from oauth.declaration.document import is_text
from oauth.declaration.kind import Kind, State
from oauth.declaration.kinds import KINDS
from oauth.declaration.sound import Sound

# What a new client gets depends on its profile here, so these are always written.
_ALWAYS = {
    "clients": {"token_endpoint_auth_method", "grant_types", "response_types", "profile"},
}


# Breaks of a line besides the usual one: outside of double quotes they are read as a space.
_BREAKS = frozenset("\x85\u2028\u2029")


class _Dumper(yaml.SafeDumper):
    """Quotes every text that the reader would take for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    plain = is_text(value) and not _BREAKS & set(value)
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, None if plain else '"')


_Dumper.add_representer(str, _text)


def _escaped(value: Any) -> Any:
    """`$` begins a reference to the environment, in values; keys are taken as they are."""
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, dict):
        return {key: _escaped(one) for key, one in value.items()}
    return [_escaped(one) for one in value] if isinstance(value, list) else value


def _members(kind: Kind, state: State) -> dict[str, Any]:
    """Members that differ from what a new object has anyway."""
    found = {}
    always = _ALWAYS.get(kind.section, set())
    for name, field in kind.entry.model_fields.items():
        if name not in state:
            continue
        if name in always or field.is_required() or state[name] != field.default:
            found[name] = state[name]
    return found


def dumped(entry: dict[str, Any]) -> str:
    """One item of a section's list."""
    return str(
        yaml.dump([_escaped(entry)], Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    )


def _hush(text: str) -> None:
    """Nobody listens."""


def lines(sections: Collection[str], tell: Callable[[str], None] = _hush) -> Iterator[str]:
    """The file, piece by piece: a million people never stand in memory together.

    `tell` hears what is left out because `apply` would refuse it.
    """
    sound = Sound(_members, tell)
    for kind in KINDS:
        if kind.section not in sections:
            continue
        empty = True
        for members in sound.of(kind):
            if empty:
                yield f"{kind.section}:\n"
                empty = False
            yield dumped(members)
        if empty:
            yield f"{kind.section}: []\n"
