"""The protected API runs where a Node.js is new enough, and is no obstacle where there is none."""

from pathlib import Path

import pytest

from idp.embedded.demo import Demo, has_node


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin/none:/bin")
    return tmp_path


def _program(folder: Path, name: str, says: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\necho '{says}'\n")
    program.chmod(0o755)


@pytest.mark.parametrize(
    ("version", "good"),
    [("v20.0.0", True), ("v24.1.0", True), ("v18.20.4", False), ("", False), ("x", False)],
)
def test_an_old_node_is_none(path: Path, version: str, good: bool) -> None:
    _program(path, "npm", "11")
    _program(path, "node", version)
    assert has_node() == good


def test_without_npm_nothing_can_be_installed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(path))
    _program(path, "node", "v24.1.0")
    assert not has_node()


def test_without_node_the_demo_says_so_and_goes_on(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(path))
    demo = Demo(tmp_path, 8000, 8001, 8002)
    assert demo.api() is False
    assert "Node.js" in demo.notes[0]
    assert demo.children == []
