"""JSON that somebody else wrote, taken only as far as a database keeps it and a printer prints it.

Python's parser takes more than JSON has (NaN, members given twice) and more than PostgreSQL keeps
(NUL, lone surrogates, numbers without end). And it refuses nesting by the depth of the stack it is
called on, so that what it lets through may be too deep for the next step (RFC 8259 §9 leaves a
limit to us).
"""

import json
import math
from typing import Any


class TooDeep(ValueError):
    """Objects or arrays lie in one another more often than is allowed."""


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate")
    return found


def _no_constant(text: str) -> Any:
    raise ValueError(text)


def _finite(text: str) -> float:
    """`1e400` is JSON, but no number that PostgreSQL would keep."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def is_deep(value: Any, levels: int) -> bool:
    """Whether objects and arrays lie in one another more than `levels` deep; looks no deeper."""
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels < 1 or any(is_deep(one, levels - 1) for one in inner)


def _check_text(value: Any) -> None:
    """No NUL and no lone surrogate anywhere: JSON can spell them, jsonb refuses them."""
    if isinstance(value, str):
        if any(char == "\0" or "\ud800" <= char <= "\udfff" for char in value):
            raise ValueError("character")
    elif isinstance(value, dict):
        for pair in value.items():
            for part in pair:
                _check_text(part)
    elif isinstance(value, list):
        for part in value:
            _check_text(part)


def loads(text: str, *, levels: int = 20) -> Any:
    """The value. Raises ValueError, and of these `TooDeep` beyond `levels` of nesting."""
    try:
        value = json.loads(
            text,
            object_pairs_hook=_no_duplicates,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
    except RecursionError:
        raise TooDeep from None
    if is_deep(value, levels):
        raise TooDeep
    _check_text(value)
    return value
