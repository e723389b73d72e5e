"""manage.py: who types a command reads its answer and no log."""

import os
import pty
import subprocess
import sys

import pytest

from tests.support.live import ROOT

_LEVEL = "import logging; print(logging.getLogger('accounts.audit').getEffectiveLevel())"


def _level(stderr: int, **over: str) -> int:
    env = {name: value for name, value in os.environ.items() if name != "SIGNET_LOG_LEVEL"}
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", _LEVEL]
    done = subprocess.run(
        command, cwd=ROOT, env=env | over, stdout=subprocess.PIPE, stderr=stderr, check=True
    )
    return int(done.stdout)


@pytest.mark.parametrize(("over", "level"), [({}, 30), ({"SIGNET_LOG_LEVEL": "INFO"}, 20)])
def test_on_a_terminal_only_what_is_wrong_is_logged(over: dict[str, str], level: int) -> None:
    ours, theirs = pty.openpty()
    try:
        assert _level(theirs, **over) == level
    finally:
        os.close(ours)
        os.close(theirs)


def test_elsewhere_everything_is() -> None:
    assert _level(subprocess.DEVNULL) == 20
