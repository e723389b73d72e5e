"""The programs of `make run` beside the databases: web, worker, demo app, API."""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from idp.embedded.process import Child, start

ROOT = Path(__file__).resolve().parent.parent.parent
# What examples/demo.yaml calls the API.
AUDIENCE = "urn:signet:demo:orders"
_NODE = 20


def has_node() -> bool:
    """Whether the protected API can run: it needs Node.js 20, and npm to install it."""
    if not shutil.which("node") or not shutil.which("npm"):
        return False
    told = subprocess.run(["node", "--version"], check=False, capture_output=True, text=True)
    major = told.stdout.strip().removeprefix("v").partition(".")[0]
    return major.isdigit() and int(major) >= _NODE


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as response:  # noqa: S310 - loopback
            return bool(response.status == 200)
    except OSError:
        return False


def _wait(url: str, child: Child, log: Path) -> None:
    end = time.monotonic() + 60
    while not (child.running and _answers(url)):
        if not child.running or time.monotonic() > end:
            raise RuntimeError(f"{child.name} did not start; see {log}")
        time.sleep(0.1)


def _log_name(child: str) -> str:
    return f"{child.replace(' ', '-')}.log"


class Demo:
    """What runs, in the order it was started."""

    def __init__(self, folder: Path, port: int, demo_port: int, api_port: int) -> None:
        self.folder, self.port, self.demo_port, self.api_port = folder, port, demo_port, api_port
        self.issuer = f"http://localhost:{port}"
        self.children: list[Child] = []
        self.notes: list[str] = []

    def _start(self, name: str, command: list[str], env: dict[str, str], cwd: Path = ROOT) -> Child:
        log = self.folder / _log_name(name)
        child = start(name, command, env=env, cwd=cwd, log=log)
        self.children.append(child)
        return child

    def signet(self, env: dict[str, str]) -> None:
        """Web server and one worker with beat."""
        self._start(
            "web",
            [
                sys.executable, "-m", "idp.serve", "--host", "127.0.0.1",
                "--port", str(self.port), "--log-level", "warning",
            ],
            env,
        )  # fmt: skip
        self._start(
            "worker",
            [
                sys.executable, "-m", "celery", "-A", "idp.celery", "worker", "-B", "-s",
                str(self.folder / "beat-schedule"), "--pool", "threads", "--concurrency", "2",
                "--without-gossip", "--without-mingle", "--loglevel", "WARNING",
            ],
            {**env, "SIGNET_WORKER": "1"},
        )  # fmt: skip

    def api(self) -> bool:
        """The protected API, where Node.js is installed."""
        if not has_node():
            self.notes.append(
                f"No Node.js {_NODE} or newer here, so the protected API does not run."
            )
            return False
        home = self.folder / "express-api"
        source = ROOT / "examples" / "express-api"
        shutil.copytree(
            source, home, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules", "test")
        )
        lock = (source / "package-lock.json").read_bytes()
        stamp = home / "installed-lock"
        if not stamp.exists() or stamp.read_bytes() != lock:
            done = subprocess.run(
                ["npm", "ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"],
                cwd=home, check=False, capture_output=True, text=True,
                env={**os.environ, "npm_config_cache": str(self.folder / "npm-cache")},
            )  # fmt: skip
            if done.returncode:
                self.notes.append("npm could not install the protected API, so it does not run.")
                return False
            stamp.write_bytes(lock)
        env = {
            **os.environ, "ISSUER": self.issuer, "PORT": str(self.api_port),
            "AUDIENCE": AUDIENCE,
        }  # fmt: skip
        self._start("api", ["node", "src/server.js"], env, home)
        return True

    def relying_party(self, python: str, secret: str, *, with_api: bool) -> None:
        """The demo application."""
        env = {
            **{k: v for k, v in os.environ.items() if not k.startswith("SIGNET_")},
            "ISSUER": self.issuer,
            "CLIENT_ID": "demo-app",
            "CLIENT_SECRET": secret,
            "BASE_URL": f"http://localhost:{self.demo_port}",
            "PORT": str(self.demo_port),
        }
        if with_api:
            env |= {"API_URL": f"http://localhost:{self.api_port}", "API_RESOURCE": AUDIENCE}
        home = ROOT / "examples" / "relying-party"
        self._start("demo app", [python, "app.py"], env, home)

    def wait(self) -> None:
        """Until all that a person would open answers. Raises RuntimeError."""
        places = {
            "web": f"{self.issuer}/readyz",
            "demo app": f"http://localhost:{self.demo_port}/healthz",
            "api": f"http://localhost:{self.api_port}/healthz",
        }
        for child in self.children:
            if child.name in places:
                _wait(places[child.name], child, self.folder / _log_name(child.name))

    def stop(self) -> None:
        """The applications first, then web and worker."""
        for child in reversed(self.children):
            child.stop()
