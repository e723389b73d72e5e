"""One thing that is wrong with a file."""

from dataclasses import dataclass

Path = tuple[str | int, ...]


def words(path: Path) -> str:
    """`clients[0].redirect_uris[1]`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")


@dataclass(frozen=True, slots=True, order=True)
class FileFault:
    """`line` counts from 1. The message never contains a value that came from the environment."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.message}".replace(": : ", ": ")


def without_echoes(faults: list[FileFault], later: list[FileFault]) -> list[FileFault]:
    """Both lists, less those of `later` about a value that an earlier fault made worthless."""
    known = {(fault.file, fault.field) for fault in faults}

    def echoes(fault: FileFault) -> bool:
        field = fault.field
        while field:
            if (fault.file, field) in known:
                return True
            field = field[: max(field.rfind("."), field.rfind("["), 0)]
        return False

    return faults + [fault for fault in later if not echoes(fault)]


class Faulty(Exception):
    """The files cannot be applied; `faults` has every reason."""

    def __init__(self, faults: list[FileFault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = sorted(faults)
