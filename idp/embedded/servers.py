"""Both servers of one folder, started and stopped together."""

import contextlib
import json
import os
import secrets
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from idp.embedded import postgres, valkey
from idp.embedded.home import Home, prepare
from idp.embedded.process import Child, start_time


@dataclass
class Servers:
    """Running servers. `stop` ends them in order; they also end when we do."""

    home: Home
    port: int
    password: str
    log: Path
    options: dict[str, str]
    postgres: Child
    valkey: Child
    database: str

    @property
    def programs(self) -> list[Child]:
        """What must run, all the time."""
        return [self.postgres, self.valkey]

    def database_url(self, name: str | None = None) -> str:
        return postgres.url(self.home, name or self.database)

    def valkey_url(self, index: int = 0) -> str:
        return valkey.url(self.port, self.password, index)

    def restart_postgres(self) -> None:
        """Stop and start PostgreSQL, as a maintenance restart would."""
        self.postgres.stop()
        self.postgres = postgres.start_postgres(self.home, self.log, self.options)

    def restart_valkey(self) -> None:
        """Stop and start Valkey on the same port."""
        self.valkey.stop()
        self.valkey = valkey.start_valkey(self.home, self.port, self.password, self.log)

    def stop(self) -> None:
        self.valkey.stop()
        self.postgres.stop()


def _end_last_run(home: Home) -> None:
    """End servers that a killed last run left behind, and only them."""
    note = home.folder / "servers.json"
    with contextlib.suppress(OSError, ValueError):
        for pid, started in json.loads(note.read_text()).items():
            if started and start_time(int(pid)) == started:
                os.kill(int(pid), signal.SIGINT)
                end = time.monotonic() + 10
                while start_time(int(pid)) == started and time.monotonic() < end:
                    time.sleep(0.05)


def start(folder: Path, *, database: str = "signet", forgetful: bool = False) -> Servers:
    """Start PostgreSQL and Valkey in `folder`; `forgetful` for tests. Raises RuntimeError."""
    home = prepare(folder)
    _end_last_run(home)
    log = home.folder / "servers.log"
    log.touch(mode=0o600)
    options = postgres.FORGETFUL if forgetful else {}
    password = secrets.token_hex(16)
    running_postgres = postgres.start_postgres(home, log, options)
    try:
        running_valkey, port = valkey.start_somewhere(home, password, log)
        postgres.create_database(home, database)
    except BaseException:
        running_postgres.stop()
        raise
    note = {
        str(child.popen.pid): start_time(child.popen.pid)
        for child in (running_valkey, running_postgres)
    }
    (home.folder / "servers.json").write_text(json.dumps(note))
    return Servers(home, port, password, log, options, running_postgres, running_valkey, database)
