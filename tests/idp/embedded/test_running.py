"""Commands for the running demo say so where none is running."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from idp.embedded.demo import ROOT
from idp.embedded.running import is_running

_TOLD = "Signet is not running: start it by `make run` in another terminal first."


def _make(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    # Not as a part of the `make` that may have started these tests.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", "--no-print-directory", f"PYTHON={sys.executable}", *arguments], cwd=ROOT,
        env=kept | {"SIGNET_VAR": str(folder)}, check=False, capture_output=True, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("command", [("manage", "CMD=check"), ("second-app",)])
def test_without_a_start_or_after_its_end_one_line_says_so(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    for left_behind in (False, True):
        if left_behind:
            (tmp_path / "environment").write_text("export SIGNET_ISSUER=http://localhost\n")
            (tmp_path / "lock").write_text("1")
        done = _make(tmp_path, *command)
        assert done.returncode != 0
        said, from_make = done.stderr.splitlines()
        assert said == _TOLD
        assert from_make.startswith("make: ***")
        assert done.stdout == ""


def test_it_runs_while_somebody_holds_the_folder_and_said_how_to_reach_it(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert not is_running(tmp_path)  # it is still starting
        (tmp_path / "environment").write_text("")
        assert is_running(tmp_path)
    assert not is_running(tmp_path)
