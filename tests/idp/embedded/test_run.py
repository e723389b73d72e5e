"""`make run`: starts, serves, ends with everything it started."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from idp.embedded.demo import ROOT
from idp.embedded.process import start_time
from idp.embedded.running import is_running
from idp.embedded.valkey import free_port
from tests.support.browser import Browser
from tests.support.page import Page
from tests.support.people import Person
from tests.support.told_app import eventually
from tests.support.tools import skip

DEMO_PYTHON = Path(sys.prefix) / "demo" / "bin" / "python"
pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("run")]


def _name(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


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


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """Free ports and a folder of its own; without Node.js on the PATH."""
    if not DEMO_PYTHON.exists():
        skip("`make install` makes the demo's environment")
    for part in (tmp_path, *tmp_path.parents[:3]):
        part.chmod(part.stat().st_mode | 0o711)
    ports = [str(free_port()) for _ in range(3)]
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SIGNET_")}
    path = [one for one in kept["PATH"].split(os.pathsep) if not (Path(one) / "node").exists()]
    return kept | {
        "SIGNET_VAR": str(tmp_path / "var"), "PORT": ports[0], "DEMO_PORT": ports[1],
        "API_PORT": ports[2], "DEMO_PYTHON": str(DEMO_PYTHON), "PATH": os.pathsep.join(path),
    }  # fmt: skip


@contextlib.contextmanager
def _run(env: dict[str, str]) -> "Iterator[subprocess.Popen[str]]":
    """It, once it said that it is up; ended politely where nothing else ended it."""
    with subprocess.Popen(
        [sys.executable, "-m", "idp.embedded.run"], cwd=ROOT, env=env,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    ) as run:  # fmt: skip
        try:
            credentials = Path(env["SIGNET_VAR"]) / "demo-credentials.json"
            end = time.monotonic() + 90
            while not credentials.exists() and run.poll() is None and time.monotonic() < end:
                time.sleep(0.2)
            assert run.poll() is None, run.stdout and run.stdout.read()
            yield run
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(run.pid, signal.SIGTERM)
            run.wait(60)


def _sign_in_and_be_signed_out(env: dict[str, str], password: str) -> None:
    """At the demo app; then out at Signet, of which the worker tells the app."""
    app, issuer = f"http://localhost:{env['DEMO_PORT']}", f"http://localhost:{env['PORT']}"
    visitor, browser = requests.Session(), Browser(issuer, "")
    begun = visitor.get(f"{app}/sign-in", allow_redirects=False, timeout=5)
    callback = browser.walk(
        browser.open(begun.headers["Location"]), Person("", "alice", "alice@example.com", password)
    )
    assert "sign-out" in visitor.get(callback.url, timeout=5).text
    page = browser.open("/sign-out")
    assert isinstance(page, Page)
    browser.send(page.press("logout-confirm"))
    eventually(lambda: "sign-out" not in visitor.get(app, timeout=5).text, "signed out there", 30)


def test_it_serves_a_demo_and_leaves_nothing_behind(env: dict[str, str]) -> None:
    """Without Node.js it runs, says what does not, and leaves the API's port to whoever has it."""
    folder = Path(env["SIGNET_VAR"])
    with socket.create_server(("127.0.0.1", int(env["API_PORT"]))), _run(env) as run:
        credentials = folder / "demo-credentials.json"
        assert json.loads(credentials.read_text())["DEMO_PASSWORD_ALICE"]
        assert credentials.stat().st_mode & 0o077 == 0
        assert requests.get(f"http://localhost:{env['PORT']}/readyz", timeout=5).ok
        assert "Sign in" in requests.get(f"http://localhost:{env['DEMO_PORT']}/", timeout=5).text
        _sign_in_and_be_signed_out(env, json.loads(credentials.read_text())["DEMO_PASSWORD_ALICE"])
        told = (folder / "environment").read_text()
        assert f"DEMO_URL=http://localhost:{env['DEMO_PORT']}\n" in told
        assert f"DEMO_URL_2=http://localhost:{int(env['API_PORT']) + 1}\n" in told
        second = subprocess.run(
            [sys.executable, "-m", "idp.embedded.run"], cwd=ROOT, env=env, check=False,
            capture_output=True, text=True,
        )  # fmt: skip
        assert second.returncode == 1
        assert f"is in use by process {run.pid}" in second.stderr
        assert is_running(folder)  # the second start took nothing away
        below = _descendants(run.pid)
        assert len(below) >= 5
    assert run.returncode == 0
    assert not is_running(folder)
    left = {pid: born for pid, born in below.items() if born and start_time(pid) == born}
    assert not left


def test_it_ends_when_a_database_does(env: dict[str, str]) -> None:
    """Rather than staying up and saying 503 to everybody. Valkey is watched in the same way.

    A setting put in front is respected; what makes it embedded is not.
    """
    settings = {"SIGNET_MAGIC_CODES": "true", "SIGNET_ISSUER": "https://elsewhere.test"}
    with _run(env | settings) as run:
        login = requests.get(f"http://localhost:{env['PORT']}/account/sessions", timeout=5)
        assert 'id="magic-code"' in login.text
        below = _descendants(run.pid)
        (pid,) = (
            pid for pid, born in below.items()
            if _name(pid) == "postgres" and _parent(pid) == run.pid and born
        )  # fmt: skip
        os.kill(pid, signal.SIGKILL)
        assert run.wait(60) == 1
        assert run.stdout is not None
        said = run.stdout.read()
        assert "Ended by itself: PostgreSQL." in said
        assert "`make run` decides by itself about SIGNET_ISSUER." in said
    assert not {pid for pid, born in below.items() if born and start_time(pid) == born}
