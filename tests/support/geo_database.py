"""A MaxMind DB file in which every address is in one place (format version 2.0)."""

from typing import Any

_MARKER = b"\xab\xcd\xefMaxMind.com"


class _Short(int):
    """uint16"""


class _Long(int):
    """uint64"""


def _value(value: Any) -> bytes:
    if isinstance(value, str):
        data = value.encode()
        assert len(data) < 29
        return bytes([(2 << 5) | len(data)]) + data
    if isinstance(value, dict):
        inside = b"".join(_value(part) for pair in value.items() for part in pair)
        return bytes([(7 << 5) | len(value)]) + inside
    if isinstance(value, list):
        return bytes([len(value), 4]) + b"".join(_value(one) for one in value)
    data = value.to_bytes(8, "big").lstrip(b"\0")
    if isinstance(value, _Short):
        return bytes([(5 << 5) | len(data)]) + data
    if isinstance(value, _Long):
        return bytes([len(data), 2]) + data
    return bytes([(6 << 5) | len(data)]) + data


def everywhere(place: dict[str, Any]) -> bytes:
    """The file: a tree of one node, whose two branches both lead to `place`."""
    nodes = 1
    pointer = (nodes + 16).to_bytes(3, "big")  # 16 bytes stand between tree and data
    about = {
        "node_count": nodes,
        "record_size": _Short(24),
        "ip_version": _Short(6),
        "database_type": "Test-City",
        "languages": ["en"],
        "binary_format_major_version": _Short(2),
        "binary_format_minor_version": _Short(0),
        "build_epoch": _Long(1),
        "description": {"en": "test"},
    }
    return pointer * 2 + b"\0" * 16 + _value(place) + _MARKER + _value(about)
