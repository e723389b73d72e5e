"""The examples' own tests, each in its own environment."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.tools import need

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"
DEMO_PYTHON = Path(sys.prefix) / "demo" / "bin" / "python"
pytestmark = pytest.mark.xdist_group("examples")


def _run(command: list[str], folder: Path) -> str:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("SIGNET_", "PYTEST", "DJANGO"))}
    done = subprocess.run(
        command, cwd=folder, env=env, check=False, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.skipif(not DEMO_PYTHON.exists(), reason="`make install` makes the demo's environment")
def test_the_relying_party_passes_its_own_tests() -> None:
    printed = _run(
        [str(DEMO_PYTHON), "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        EXAMPLES / "relying-party",
    )
    assert "passed" in printed


def test_the_express_api_passes_its_own_tests(tmp_path: Path) -> None:
    need("node", "npm")
    home = tmp_path / "express-api"
    shutil.copytree(EXAMPLES / "express-api", home, ignore=shutil.ignore_patterns("node_modules"))
    _run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], home)
    assert "# fail 0" in _run(["npm", "test"], home)
