"""What `apply` and `export` need to know of one kind of object."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import models

from oauth.declaration.entry import Declared, Entry
from oauth.declaration.fault import FileFault

State = dict[str, Any]
Fields = dict[str, tuple[Any, Any]]  # member → (as it is, as it shall be)
Row = TypeVar("Row", bound=models.Model)
Secrets = list[tuple[str, str]]  # what it is for, the value: shown once


def _nothing(declared: Declared, before: State | None) -> Iterator[FileFault]:
    return iter(())


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same; the order of a list means nothing."""
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(repr, one)) == sorted(map(repr, other))
    return bool(one == other)


def differing(entry: Entry, before: State | None) -> Fields:
    """Members whose value the file would change."""
    old = before or {}
    return {
        name: (old.get(name), value)
        for name, value in entry.wanted().items()
        if name not in old or not same(old[name], value)
    }


def picked(
    rows: "models.QuerySet[Row]", column: str, keys: Collection[str] | None
) -> Iterator[Row]:
    """The rows of these keys, all for None, a few hundred at a time, always in the same order."""
    rows = rows.order_by(*(rows.model._meta.ordering or ()), column)
    if keys is not None:
        rows = rows.filter(**{f"{column}__in": list(keys)})
    return rows.iterator(chunk_size=500)


@dataclass(frozen=True)
class Kind:
    """`state(keys)`: the objects as they are, (key, members as in the file); None: all.

    `relations`: members that are written after every object of the file exists.
    `defaults`: members a new object gets although its entry does not name them.
    `save` writes the columns and what follows from them; `created` tells a new object.
    """

    section: str
    noun: str
    entry: type[Entry]
    state: Callable[[Collection[str] | None], Iterator[tuple[str, State]]]
    find: Callable[[str], models.Model | None]
    new: Callable[[str], models.Model]
    save: Callable[[Any, set[str], bool], None]
    relations: Mapping[str, Callable[[Any, Any, Entry], Secrets | None]] = field(
        default_factory=dict
    )
    defaults: Callable[[Entry], State] = lambda entry: {}
    differ: Callable[[Entry, State | None], Fields] = differing
    rules: Callable[[Declared, State | None], Iterator[FileFault]] = _nothing
    # Whether `--prune` may delete those that `apply` made and the files no longer name.
    prunable: bool = True
