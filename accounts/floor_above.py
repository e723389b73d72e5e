"""What the floor above knows of a person, asked for by pages down here that know no apps.

It says at start what can be asked; nothing here names it.
"""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FloorAbove:
    """`apps_of_sessions`: names of the apps that took part, by session. `names_of_apps`: by
    `client_id`. `exported`: sections of a person's data, each a function of the user's id.
    `reserved_for`: what is open to the holders of this role alone, in words.
    """

    apps_of_sessions: Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, list[str]]]
    names_of_apps: Callable[[Collection[str]], Mapping[str, str]]
    exported: Mapping[str, Callable[[uuid.UUID], Iterable[dict[str, Any]]]]
    reserved_for: Callable[[uuid.UUID], list[str]]


_NOTHING = FloorAbove(lambda keys: {}, lambda keys: {}, {}, lambda role: [])
_present = _NOTHING


def is_above(floor: FloorAbove) -> None:
    """Called once, when the app of that floor is ready."""
    global _present
    _present = floor


def floor_above() -> FloorAbove:
    return _present
