"""From files to entries: every fault of form, with its line."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from oauth.declaration import document as documents
from oauth.declaration.document import Document
from oauth.declaration.entry import Declared, Entry
from oauth.declaration.fault import Faulty, FileFault, Path
from oauth.declaration.kinds import BY_SECTION

# Our words where the library's would be about Python.
_WORDS = {
    "missing": "is missing",
    "string_too_short": "must not be empty",
    "extra_forbidden": "there is no such member",
    "string_type": "must be a text (put it in quotes)",
    "list_type": "must be a list",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "string_pattern_mismatch": "has not the expected form",
    "timezone_aware": "must name its time zone, such as 2026-01-31T12:00:00Z",
}


def form_faults(document: Document, path: Path, error: ValidationError) -> Iterator[FileFault]:
    """What pydantic found, in our words; `path`: where the entry stands."""
    for one in error.errors(include_input=False, include_url=False):
        text = _WORDS.get(one["type"], str(one["msg"]).removeprefix("Value error, "))
        yield document.fault((*path, *one["loc"]), text)


def _remainder(model: type[Entry], item: Mapping[str, Any], error: ValidationError) -> Entry | None:
    """The entry without its faulty members, so that one look finds the other faults too."""
    faulty = {one["loc"][0] for one in error.errors() if one["loc"]}
    rest = {name: value for name, value in item.items() if name not in faulty}
    try:
        return model.model_validate({**model.stand_ins, **rest})
    except ValidationError:
        return None


def _section(document: Document, section: str) -> tuple[list[Declared], list[FileFault]]:
    declared: list[Declared] = []
    faults: list[FileFault] = []
    kind, items = BY_SECTION[section], document.value[section]
    if not isinstance(items, list):
        if items is not None:
            faults.append(document.fault((section,), "must be a list"))
        return declared, faults
    for place, item in enumerate(items):
        path: Path = (section, place)
        if not isinstance(item, dict):
            faults.append(document.fault(path, "must be a mapping"))
            continue
        entry: Entry | None
        try:
            entry = kind.entry.model_validate(item)
        except ValidationError as error:
            faults.extend(form_faults(document, path, error))
            entry = _remainder(kind.entry, item, error)
        if entry is not None:
            declared.append(Declared(section, entry, document, path))
    return declared, faults


def read(
    files: Iterable[FilePath], environment: Mapping[str, str]
) -> tuple[list[Declared], set[str], list[FileFault]]:
    """What the files declare, the sections they have, and every fault of form.

    Raises `Faulty` where a file cannot be read at all: whether what it declares is there, as others
    say, nobody knows.
    """
    declared: list[Declared] = []
    sections: set[str] = set()
    faults: list[FileFault] = []
    unread = False
    for file in files:
        try:
            document = documents.read(file, environment)
        except OSError as error:
            faults.append(FileFault(str(file), 1, "", f"cannot be read: {error.strerror}"))
            unread = True
            continue
        faults.extend(document.faults)
        if document.value is None:
            unread = unread or bool(document.faults)
            continue
        if not isinstance(document.value, dict):
            faults.append(document.fault((), f"must have sections: {', '.join(BY_SECTION)}"))
            continue
        for section in document.value:
            if section not in BY_SECTION:
                known = ", ".join(BY_SECTION)
                faults.append(document.fault((section,), f"no such section; there are {known}"))
                continue
            sections.add(section)
            found, wrong = _section(document, section)
            declared.extend(found)
            faults.extend(wrong)
    if unread:
        raise Faulty(faults)
    return declared, sections, faults
