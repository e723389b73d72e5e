"""Times in a JWT: any number, and nothing but a number."""

from typing import Any

import pytest

from oauth.numeric_date import numeric_date


@pytest.mark.parametrize(("value", "seconds"), [(0, 0.0), (1_700_000_000, 1.7e9), (1.5, 1.5)])
def test_whole_seconds_and_fractions_are_read(value: Any, seconds: float) -> None:
    assert numeric_date(value) == seconds


@pytest.mark.parametrize(
    "value",
    [None, True, "1", [], {}, -1, 2**40, 10**400, float("nan"), float("inf"), float("-inf"), -0.5],
)
def test_everything_else_is_no_time(value: Any) -> None:
    assert numeric_date(value) is None
