"""One object as a file tells it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, StringConstraints

from oauth.declaration.document import Document
from oauth.declaration.fault import FileFault, Path

Name = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
Line = Annotated[str, StringConstraints(max_length=300)]
Reference = tuple[Path, str, str]  # where, section, key


def each(names: Iterable[str], section: str, *where: str | int) -> Iterator[Reference]:
    """A reference for each name of a list; `where`: the list's place in the entry."""
    for place, name in enumerate(names):
        yield (*where, place), section, name


class Entry(BaseModel):
    """Members left out stay as they are; for a new object they have their defaults."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    # Members that are no plain values of the object: never compared or shown by the general code.
    private: ClassVar[frozenset[str]] = frozenset()
    # For required members that are faulty, so that the rest can still be judged.
    stand_ins: ClassVar[Mapping[str, Any]] = {}

    @property
    def key(self) -> str:
        """What names the object: one key, one object."""
        raise NotImplementedError

    def wanted(self) -> dict[str, Any]:
        """What the file says, in the form of `Kind.state`."""
        return self.model_dump(include=self.model_fields_set - self.private)

    def references(self) -> Iterator[Reference]:
        """Other objects this one names."""
        return iter(())


@dataclass(frozen=True)
class Declared:
    """An entry and where it stands."""

    section: str
    entry: Entry
    document: Document
    path: Path

    def fault(self, inner: Path, message: str) -> FileFault:
        return self.document.fault((*self.path, *inner), message)
