"""The example applications, as processes."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import requests

from idp.embedded.demo import AUDIENCE
from idp.embedded.process import Child, start, wait_until
from tests.support.live import ROOT
from tests.support.tools import skip

HERE = Path(__file__).resolve().parent
_PYTHON = ROOT / ".venv" / "demo" / "bin" / "python"
_APP = ROOT / "examples" / "relying-party"


def answers(url: str, *, host: str = "", ca: str | bool = True) -> bool:
    """Whether something says 200 there; `host` is the name it goes by."""
    try:
        found = requests.get(url, headers={"Host": host} if host else {}, verify=ca, timeout=2)
    except requests.RequestException:
        return False
    return found.status_code == 200


def _environment(issuer: str, client_id: str, secret: str, **more: str) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SIGNET_")}
    return {
        **ours,
        "ISSUER": issuer,
        "CLIENT_ID": client_id,
        "CLIENT_SECRET": secret,
        "NO_PROXY": "*",
        "PYTHONDONTWRITEBYTECODE": "1",
        **more,
    }


def _check_installed() -> None:
    if not _PYTHON.exists():
        skip("the demo app is not installed: make install")


def start_app(issuer: str, client_id: str, secret: str, port: int, log: Path, **more: str) -> Child:
    """The demo relying party on a loopback port; skips where it is not installed."""
    _check_installed()
    env = _environment(issuer, client_id, secret, PORT=str(port), **more)
    child = start(client_id, [str(_PYTHON), "app.py"], env=env, cwd=_APP, log=log)
    wait_until(lambda: answers(f"http://localhost:{port}/healthz"), child)
    return child


def start_tls_app(
    issuer: str, client_id: str, secret: str, origin: str, tls: list[str], ca: str, log: Path
) -> Child:
    """The same app over TLS at `origin`; it trusts `ca` alone and finds .test names here."""
    _check_installed()
    (packages,) = _PYTHON.parent.parent.glob("lib/python3*/site-packages")
    host, _, port = origin.removeprefix("https://").partition(":")
    env = _environment(
        issuer, client_id, secret, BASE_URL=origin, SSL_CERT_FILE=ca, REQUESTS_CA_BUNDLE=ca,
        PYTHONPATH=os.pathsep.join([str(HERE / "resolver"), str(_APP), str(packages)]),
    )  # fmt: skip
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "app:create_app",
        "--host", "127.0.0.1", "--port", port, "--workers", "1", "--blocking-threads", "4",
        "--no-ws", "--log-level", "warning", *tls,
    ]  # fmt: skip
    child = start(client_id, command, env=env, cwd=_APP, log=log)
    wait_until(
        lambda: answers(f"https://localhost:{port}/healthz", host=f"{host}:{port}", ca=ca), child
    )
    return child


def start_api(issuer: str, port: int, log: Path) -> Child | None:
    """The protected API from a copy of its own; None without Node.js or its packages.

    In CI there is Node.js: what cannot start there is a failure.
    """
    must = bool(os.environ.get("CI"))
    if not must and not (shutil.which("node") and shutil.which("npm")):
        return None
    home = Path(tempfile.mkdtemp(prefix="signet-api-")) / "express-api"
    ignored = shutil.ignore_patterns("node_modules", "test")
    shutil.copytree(ROOT / "examples" / "express-api", home, ignore=ignored)
    done = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"],
        cwd=home, check=must, capture_output=True,
    )  # fmt: skip
    if done.returncode:
        return None
    url = f"http://localhost:{port}"
    env = {**os.environ, "ISSUER": issuer, "PORT": str(port), "AUDIENCE": AUDIENCE}
    child = start("api", ["node", "src/server.js"], env=env, cwd=home, log=log)
    wait_until(lambda: listens(url), child)
    return child


def listens(url: str) -> bool:
    """Whether anything answers, whatever it says."""
    try:
        requests.get(url, timeout=2)
    except requests.RequestException:
        return False
    return True
