"""Reading YAML: lines, the environment, and nothing that surprises."""

from pathlib import Path
from typing import Any

import pytest

from oauth.declaration.document import LARGEST, Document, read


def document(tmp_path: Path, text: str | bytes, **environment: str) -> Document:
    file = tmp_path / "x.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(file, environment)


def test_every_value_knows_its_line(tmp_path: Path) -> None:
    found = document(tmp_path, "a:\n  - b: 1\n    c:\n      d: 2\n")
    assert found.value == {"a": [{"b": 1, "c": {"d": 2}}]}
    assert found.line(("a", 0, "c", "d")) == 4
    assert found.line(("a", 0, "c", "nothing")) == 3


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("on", "on"),
        ("2000-01-01", "2000-01-01"),
        ("1:30", "1:30"),
        ("0o17", "0o17"),
        ("true", True),
        ("~", None),
        ("", None),
        ("12", 12),
        ("1.5", 1.5),
        ('"12"', "12"),
        ("'true'", "true"),
    ],
)
def test_scalars_are_those_of_yaml_1_2(tmp_path: Path, text: str, value: Any) -> None:
    assert document(tmp_path, f"a: {text}\n").value == {"a": value}


def test_the_environment_fills_references_in(tmp_path: Path) -> None:
    text = "a: ${X}\nb: pre-${X}-post\nc: ${Y:-default}\nd: $$5 and $${X}\ne: ${E}\n"
    found = document(tmp_path, text, X="value", E="")
    assert found.value == {
        "a": "value",
        "b": "pre-value-post",
        "c": "default",
        "d": "$5 and ${X}",
        "e": "",
    }
    assert found.referring == {("a",), ("e",)}


def test_a_reference_is_never_read_as_yaml(tmp_path: Path) -> None:
    found = document(tmp_path, "a: ${X}\n", X="b: [1]\n# c")
    assert found.value == {"a": "b: [1]\n# c"}


def test_what_the_environment_lacks_is_named_with_its_line(tmp_path: Path) -> None:
    (fault,) = document(tmp_path, "a: 1\nb: ${MISSING}\n").faults
    assert (fault.line, fault.field) == (2, "b")
    assert "MISSING" in fault.message


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: [1\n", 2),
        ("a: 1\na: 2\n", 2),
        ("a: 1\nb: !!python/object/apply:os.system [x]\n", 2),
        ("a: !x 1\n", 1),
        ("a: b: c\n", 1),
        ("a: *nobody\n", 1),
        ("a: &x [*x]\n", 1),
        ("a: 1\n---\nb: 2\n", 2),
        ("[" * 5_000, 1),
        (b"a: \xff\n", 1),
        ("a: 1\x00\n", 1),
    ],
)
def test_what_cannot_be_read_is_a_fault_with_its_line(
    tmp_path: Path, text: str | bytes, line: int
) -> None:
    found = document(tmp_path, text)
    assert [fault.line for fault in found.faults] == [line]


def test_aliases_cannot_multiply_without_end(tmp_path: Path) -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)
    ]  # 10^9 values
    found = document(tmp_path, "\n".join(levels))
    (fault,) = found.faults
    assert "too many values" in fault.message
    assert found.value is None


def test_aliases_cannot_make_a_long_text_endless(tmp_path: Path) -> None:
    text = f"a: &x {'$$' * 500_000}\nb: [{', '.join(['*x'] * 1_000)}]\n"
    (fault,) = document(tmp_path, text).faults
    assert fault.line == 2


def test_what_stands_in_the_file_is_read_however_many_values_it_has(tmp_path: Path) -> None:
    found = document(tmp_path, "- {a: b, c: [d, e]}\n" * 25_000)  # 125,000 values
    assert found.faults == []
    assert len(found.value) == 25_000
    assert found.value[-1] == {"a": "b", "c": ["d", "e"]}


def test_a_file_too_large_is_named_and_not_read(tmp_path: Path) -> None:
    (fault,) = document(tmp_path, b"#" * (LARGEST + 1)).faults
    assert "32 MiB" in fault.message


def test_a_key_may_be_used_again_through_an_alias(tmp_path: Path) -> None:
    assert document(tmp_path, "a: &x [1]\nb: *x\n").value == {"a": [1], "b": [1]}


@pytest.mark.parametrize("text", ['a:\n  - "x\\0"\n', 'a:\n  "k\\0": 1\n'])
def test_what_no_database_keeps_is_named_with_its_line(tmp_path: Path, text: str) -> None:
    (fault,) = document(tmp_path, text).faults
    assert fault.line == 2
    assert "cannot be kept" in fault.message


def test_half_a_character_is_named_with_its_line(tmp_path: Path) -> None:
    (fault,) = document(tmp_path, 'a:\n  - "\\ud800"\n').faults
    assert fault.line == 2


def test_what_the_environment_brings_is_looked_at_too(tmp_path: Path) -> None:
    assert document(tmp_path, "a: ${X}\n", X="x\0").faults
