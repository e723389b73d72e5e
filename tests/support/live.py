"""A real Signet: granian processes on a database of their own, driven over HTTP only."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import requests

from idp.embedded.process import Child, start
from idp.embedded.valkey import free_port

ROOT = Path(__file__).resolve().parent.parent.parent


def database_url(name: str) -> str:
    """Another database of the test server."""
    parts = urlsplit(os.environ["SIGNET_DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{name}"))


@dataclass
class Live:
    """`urls`: one base address a process; `env`: what the processes were started with."""

    database: str
    urls: list[str]
    env: dict[str, str]
    children: list[Child]
    log: Path
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def url(self) -> str:
        return self.urls[0]

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Look into or move the database behind the server's back (time, mostly)."""
        with psycopg.connect(database_url(self.database), autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def manage(self, *arguments: str) -> str:
        """Run a management command on its database; what it printed."""
        return manage(self.env, *arguments)

    def stop(self) -> None:
        for child in self.children:
            child.stop()
        with psycopg.connect(os.environ["SIGNET_DATABASE_URL"], autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')


def manage(env: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=env, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"manage.py {arguments[0]}: {done.stdout}{done.stderr}")
    return done.stdout


def create_database(name: str) -> None:
    with psycopg.connect(os.environ["SIGNET_DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')


def serve(env: dict[str, str], port: int, log: Path, *more: str) -> Child:
    """One granian process on a loopback port."""
    command = [
        sys.executable, "-m", "idp.serve", "--host", "127.0.0.1", "--port", str(port),
        "--log-level", "warning", *more,
    ]  # fmt: skip
    return start("granian", command, env={**env, "SIGNET_WEB_PROCESSES": "1"}, cwd=ROOT, log=log)


def wait(url: str, child: Child, log: Path, verify: Any = True) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            if requests.get(f"{url}/livez", timeout=2, verify=verify).status_code == 200:
                return
        except requests.RequestException:
            pass
        if not child.running or time.monotonic() > end:
            raise RuntimeError(f"server did not start:\n{log.read_text()[-3000:]}")
        time.sleep(0.1)


def start_live(
    name: str, *, processes: int = 1, data: list[str] | None = None, **settings: str
) -> Live:
    """Make the database, migrate, apply `data`, start `processes` servers of one issuer."""
    create_database(name)
    ports = [free_port() for _ in range(processes)]
    issuer = f"http://localhost:{ports[0]}"
    env = {
        **os.environ,
        "SIGNET_ISSUER": issuer,
        "SIGNET_DATABASE_URL": database_url(name),
        "PYTHONDONTWRITEBYTECODE": "1",
        **settings,
    }
    log = Path(tempfile.mkdtemp(prefix="signet-live-")) / "server.log"
    manage(env, "migrate", "--verbosity", "0")
    if data:
        manage(env, "apply", *data)
    children = [serve(env, port, log) for port in ports]
    urls = [f"http://localhost:{port}" for port in ports]
    for url, child in zip(urls, children, strict=True):
        wait(url, child, log)
    return Live(name, urls, env, children, log)
