"""NumericDate: seconds since 1970 in a JWT, with or without a fraction (RFC 7519 §2)."""

from typing import Any

_END = 2**40  # the year 36812; what lies beyond no date type can hold


def numeric_date(value: Any) -> float | None:
    """The seconds; None for everything else. `NaN` and `1e400` are numbers to a JSON parser, but
    lie in no range."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _END:
        return None
    return float(value)
