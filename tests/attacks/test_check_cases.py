"""The lint that keeps the catalogue whole."""

from pathlib import Path

import pytest

from tests.attacks import check_cases


def _lint(folder: Path, listed: str, waiting: str, test: str) -> list[str]:
    attacks = folder / "attacks"
    attacks.mkdir()
    (attacks / "cases.txt").write_text(listed)
    (attacks / "waiting.py").write_text(f"WAITING = {waiting}")
    (attacks / "test_one.py").write_text(test)
    return check_cases.faults()


def test_a_case_without_test_or_reason_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_cases, "HERE", tmp_path / "attacks")
    test = "def test_this_case_001():\n    pass\n\ndef test_both_case_004() -> None: ...\n"
    found = _lint(tmp_path, "# x\n001 a\n002 b\n003 c\n004 d\n", "{3: 'PAR', 4: 'x', 9: ' '}", test)
    assert [fault[:8] for fault in found] == ["case 002", "case 004", "case 009", "case 009"]


def test_the_catalogue_is_covered() -> None:
    assert check_cases.faults() == []
