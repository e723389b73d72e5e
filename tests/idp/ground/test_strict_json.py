"""JSON of strangers: what is taken can be kept and printed, whatever calls it."""

import json

import pytest

from idp.ground import strict_json


@pytest.mark.parametrize("text", ["[%s]", '{"a":%s}'])
def test_nesting_has_one_limit_wherever_the_stack_stands(text: str) -> None:
    value = "1"
    for _ in range(5):
        value = text % value
    assert strict_json.loads(value, levels=5) == json.loads(value)
    for deeper in (1, 300, 900, 990, 20_000):
        with pytest.raises(strict_json.TooDeep):
            strict_json.loads(text % ("[" * (4 + deeper) + "]" * (4 + deeper)), levels=5)


@pytest.mark.parametrize(
    "text",
    [
        '["\\u0000"]',
        '{"\\ud800": 1}',
        '{"a": [{"b": "\\udfff"}]}',
        '{"a": 1, "a": 2}',
        "NaN",
        "[-Infinity]",
        "1e400",
        "9" * 5_000,
        "",
        "{",
    ],
)
def test_what_no_database_keeps_is_no_value(text: str) -> None:
    with pytest.raises(ValueError):
        strict_json.loads(text)


@pytest.mark.parametrize("text", ['{"a": [1, 1.5, null, true, "ä😀"]}', '"x"', "null", "[]"])
def test_everything_else_is_what_it_says(text: str) -> None:
    assert strict_json.loads(text) == json.loads(text)
