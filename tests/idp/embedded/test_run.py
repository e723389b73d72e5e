"""`make run`: starts, serves, ends with everything it started."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from idp.embedded.demo import ROOT
from idp.embedded.process import start_time
from idp.embedded.valkey import free_port

DEMO_PYTHON = Path(sys.prefix) / "demo" / "bin" / "python"
pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("run")]


def _descendants(pid: int) -> dict[int, str]:
    """Everything below a process, with its start times."""
    found: dict[int, str] = {}
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == pid:
                found[int(path.name)] = start_time(int(path.name))
                found |= _descendants(int(path.name))
    return found


@pytest.mark.skipif(not DEMO_PYTHON.exists(), reason="`make install` makes the demo's environment")
def test_it_serves_a_demo_and_leaves_nothing_behind(tmp_path: Path) -> None:
    for part in (tmp_path, *tmp_path.parents[:3]):
        part.chmod(part.stat().st_mode | 0o711)
    folder = tmp_path / "var"
    ports = [str(free_port()) for _ in range(3)]
    env = {k: v for k, v in os.environ.items() if not k.startswith("SIGNET_")}
    env |= {
        "SIGNET_VAR": str(folder), "PORT": ports[0], "DEMO_PORT": ports[1], "API_PORT": ports[2],
        "DEMO_PYTHON": str(DEMO_PYTHON),
        # Without Node.js on the PATH: the demo runs, says what does not, and leaves the port of
        # the API to whoever has it.
        "PATH": os.pathsep.join(
            part for part in env["PATH"].split(os.pathsep) if not (Path(part) / "node").exists()
        ),
    }  # fmt: skip
    with socket.create_server(("127.0.0.1", int(ports[2]))), subprocess.Popen(
        [sys.executable, "-m", "idp.embedded.run"], cwd=ROOT, env=env,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    ) as run:  # fmt: skip
        try:
            credentials = folder / "demo-credentials.json"
            end = time.monotonic() + 90
            while not credentials.exists() and run.poll() is None and time.monotonic() < end:
                time.sleep(0.2)
            assert run.poll() is None, run.stdout and run.stdout.read()
            assert json.loads(credentials.read_text())["DEMO_PASSWORD_ALICE"]
            assert credentials.stat().st_mode & 0o077 == 0
            assert requests.get(f"http://localhost:{ports[0]}/readyz", timeout=5).ok
            assert "Sign in" in requests.get(f"http://localhost:{ports[1]}/", timeout=5).text
            told = (folder / "environment").read_text()
            assert f"DEMO_URL='http://localhost:{ports[1]}'" in told
            assert f"DEMO_URL_2='http://localhost:{int(ports[2]) + 1}'" in told
            second = subprocess.run(
                [sys.executable, "-m", "idp.embedded.run"], cwd=ROOT, env=env, check=False,
                capture_output=True, text=True,
            )  # fmt: skip
            assert second.returncode == 1
            assert f"is in use by process {run.pid}" in second.stderr
            below = _descendants(run.pid)
            assert len(below) >= 5
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(run.pid, signal.SIGTERM)
            run.wait(60)
    assert run.returncode == 0
    left = {pid: born for pid, born in below.items() if born and start_time(pid) == born}
    assert not left
