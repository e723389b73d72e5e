"""A YAML file with the line of every value, and `${NAME}` replaced from the environment.

`${NAME:-text}` has a default; `$$` is a dollar.

The scalars are those of YAML 1.2: `yes`, `on` and dates are text. Tags and merge keys are not
supported; a key that occurs twice is a fault.
"""

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

import yaml

from oauth.declaration.fault import FileFault, Path, words

_REFERENCE = re.compile(r"\$(?:\$|\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\})")
_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]+(?:[eE][-+]?[0-9]{1,3})?\Z")
_WORDS = {"": None, "null": None, "~": None, "true": True, "false": False}
LARGEST = 32 * 1024 * 1024  # bytes; reading takes some fifty times as much memory
_MOST_REPEATED = 1_000_000  # characters and values: aliases could multiply them without end
# The same trees, a good deal sooner, where PyYAML was built with libyaml.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Document:
    """`lines`: path → line, from 1. `referring`: paths whose whole value is one `${NAME}`."""

    file: str
    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    referring: set[Path] = field(default_factory=set)
    faults: list[FileFault] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of a value, or of the closest thing around it that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, path: Path, message: str) -> FileFault:
        return FileFault(self.file, self.line(path), words(path), message)


def is_text(value: str) -> bool:
    """Whether it is read as a text when it stands there without quotes."""
    return not (value in _WORDS or _INTEGER.match(value) or _DECIMAL.match(value))


class _EndlessError(Exception):
    """Aliases repeat more than anybody means."""


class _Reader:
    def __init__(self, document: Document, environment: Mapping[str, str]) -> None:
        self.document = document
        self.environment = environment
        self.seen: set[int] = set()
        self.repeated = 0

    def wrong(self, path: Path, message: str) -> None:
        self.document.faults.append(self.document.fault(path, message))

    def scalar(self, node: yaml.ScalarNode, path: Path) -> Any:
        text: str = node.value
        plain = not node.style  # libyaml says "" for None
        if plain and text in _WORDS:
            return _WORDS[text]
        if plain and _INTEGER.match(text) and len(text) < 1_000:
            return int(text)
        if plain and _DECIMAL.match(text):
            return float(text)
        whole = _REFERENCE.fullmatch(text)
        if whole and whole[1] and whole[2] is None:
            self.document.referring.add(path)

        def replaced(match: re.Match[str]) -> str:
            name = match[1]
            if name is None:
                return "$"
            if name not in self.environment and match[2] is None:
                self.wrong(path, f"the environment has no {name}")
            return self.environment.get(name, match[2] or "")

        return self.storable(_REFERENCE.sub(replaced, text), path)

    def storable(self, text: str, path: Path) -> str:
        """YAML can spell NUL and lone surrogates; PostgreSQL keeps neither."""
        if any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text):
            self.wrong(path, "holds a character that cannot be kept")
            return ""
        return text

    def _bound(self, node: yaml.Node, path: Path) -> None:
        """What stands in the file is as long as the file; what aliases repeat needs a limit."""
        if id(node) in self.seen:
            self.repeated += 1 + (len(node.value) if isinstance(node, yaml.ScalarNode) else 0)
            if self.repeated > _MOST_REPEATED:
                self.wrong(path, "aliases repeat too many values")
                raise _EndlessError
        else:
            self.seen.add(id(node))
            self.document.lines.setdefault(path, node.start_mark.line + 1)

    def value(self, node: yaml.Node, path: Path) -> Any:
        """Raises `_EndlessError`: then nothing that was read may be believed."""
        self._bound(node, path)
        if len(path) > 20:
            self.wrong(path, "nested too deeply")
            return None
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*path, place)) for place, child in enumerate(node.value)]
        found: dict[str, Any] = {}
        for key, child in node.value:
            self.document.lines.setdefault((*path, "?"), key.start_mark.line + 1)
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            name = self.storable(name, (*path, "?"))
            inner = (*path, name)
            self.document.lines[inner] = key.start_mark.line + 1
            if name in found:
                self.wrong(inner, "occurs twice")
            found[name] = self.value(child, inner)
        return found


def _has_tags(text: str) -> int:
    """The line of the first explicit tag, or 0."""
    for event in yaml.parse(text, Loader=_LOADER):
        if getattr(event, "tag", None) and event.start_mark:
            return event.start_mark.line + 1
    return 0


def read(file: FilePath, environment: Mapping[str, str]) -> Document:
    """The file's value; what is wrong with it as YAML is in `faults`. Raises OSError."""
    document = Document(str(file))
    raw = file.read_bytes()
    if len(raw) > LARGEST:
        document.faults.append(FileFault(str(file), 1, "", "the file is larger than 32 MiB"))
        return document
    try:
        text = raw.decode("utf-8")
        tagged = _has_tags(text)
        node = yaml.compose(text, Loader=_LOADER)
    except UnicodeDecodeError:
        document.faults.append(FileFault(str(file), 1, "", "the file is not UTF-8"))
        return document
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "not YAML"
        document.faults.append(FileFault(str(file), mark.line + 1 if mark else 1, "", str(what)))
        return document
    if tagged:
        document.faults.append(FileFault(str(file), tagged, "", "tags (!…) are not supported"))
        return document
    if node is not None:
        with contextlib.suppress(_EndlessError):
            document.value = _Reader(document, environment).value(node, ())
    return document
