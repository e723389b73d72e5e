"""The page of specifications says what the markers say, in order, and nothing else."""

from pathlib import Path

import pytest

from tools.specifications import page, proofs

_TESTS = """
import pytest

@pytest.mark.spec("RFC 1", "10.2", "Ten | two.")
@pytest.mark.spec("RFC 1", "9", "Nine.")
@pytest.mark.parametrize("x", [1])
def test_both_sentences(x): ...

class TestIt:
    @pytest.mark.spec("RFC 1", "9", "Nine.")
    def test_again(self): ...

def test_of_no_sentence(): ...
"""


def test_every_marked_test_is_there_in_the_order_of_the_sections(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text(_TESTS)
    rows = [line for line in page(list(proofs(tmp_path))).splitlines() if line.startswith("| ")]
    assert [row.split(" | ")[0] for row in rows] == ["| section", "| 9", "| 9", "| 10.2"]
    assert "again" in rows[1]
    assert "both sentences" in rows[2]
    assert "Ten \\| two." in rows[3]


@pytest.mark.parametrize(
    "arguments", ['"RFC 1", "9"', '"RFC 1", "9", ""', '"RFC 1", "9", "a", "b"']
)
def test_a_marker_that_says_too_little_is_named(tmp_path: Path, arguments: str) -> None:
    text = f"import pytest\n@pytest.mark.spec({arguments})\ndef test_x(): ...\n"
    (tmp_path / "test_b.py").write_text(text)
    with pytest.raises(ValueError, match=r"test_b\.py:3"):
        list(proofs(tmp_path))


def test_every_document_has_a_heading_of_its_own() -> None:
    text = page(list(proofs(Path("tests"))))
    for document in ("RFC 6749", "RFC 7636", "RFC 9207", "OpenID Connect Core 1.0"):
        assert text.count(f"\n## {document}\n") == 1
