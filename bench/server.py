"""One web process under test, and the processor time it used."""

import os
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from idp.embedded.process import Child, start
from idp.embedded.valkey import free_port

ROOT = Path(__file__).resolve().parent.parent
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running web process."""

    port: int
    child: Child

    def cpu(self) -> float:
        """Seconds of processor time that it and its children have used."""
        ticks = 0
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == self.child.popen.pid:  # its session
                ticks += int(fields[11]) + int(fields[12])
        return ticks / _TICK


def _wait(server: Server, log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.child.running:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{server.port}/livez", timeout=1)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the server did not start:\n{log.read_text()[-2000:]}")


@contextmanager
def serving(application: str, threads: int) -> Iterator[Server]:
    """Serve a WSGI application with the environment we have."""
    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", application,
        "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
        "--blocking-threads", str(threads), "--no-ws", "--log-level", "warning",
    ]  # fmt: skip
    env = {
        **os.environ,
        "SIGNET_WEB_THREADS": str(threads),
        "SIGNET_TRUSTED_PROXIES": "127.0.0.1/32",
        "SIGNET_LOG_LEVEL": "ERROR",
    }
    with tempfile.TemporaryDirectory(prefix="signet-bench-") as folder:
        log = Path(folder) / "log"
        child = start("server", command, env=env, cwd=ROOT, log=log)
        try:
            server = Server(port, child)
            _wait(server, log)
            yield server
        finally:
            child.stop()
