"""What the floor above knows of a person, asked for by pages down here that know no apps.

It says at start what can be asked; nothing here names it.
"""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class EventAbove:
    """How an audit event of that floor is told. `words`: one sentence to the person it concerns,
    empty where it concerns nobody's account. `raises_alarm`: whether it may have been a thief.
    """

    words: "Promise | str" = ""
    raises_alarm: bool = True


@dataclass(frozen=True, slots=True)
class FloorAbove:
    """`apps_of_sessions`: names of the apps that took part, by session. `names_of_apps`: by
    `client_id`. `exported`: sections of a person's data, each a function of the user's id.
    `reserved_for`: what is open to the holders of this role alone, in words. `id_of_app`: the
    `client_id` of an object that is an app, else empty. `events`: its audit events, by name.
    """

    apps_of_sessions: Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, list[str]]]
    names_of_apps: Callable[[Collection[str]], Mapping[str, str]]
    exported: Mapping[str, Callable[[uuid.UUID], Iterable[dict[str, Any]]]]
    reserved_for: Callable[[uuid.UUID], list[str]]
    id_of_app: Callable[[Model], str]
    events: Mapping[str, EventAbove]


_NOTHING = FloorAbove(lambda keys: {}, lambda keys: {}, {}, lambda role: [], lambda obj: "", {})
_present = _NOTHING


def is_above(floor: FloorAbove) -> None:
    """Called once, when the app of that floor is ready."""
    global _present
    _present = floor


def floor_above() -> FloorAbove:
    return _present
