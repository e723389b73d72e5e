"""PostgreSQL from the wheel's binaries: one cluster, reached by its socket alone."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from idp.embedded.home import Home, named_uid
from idp.embedded.process import Child, start, wait_until

_USER = "signet"
_SHUTS_DOWN = 15.0  # seconds

# Nothing of a test's database need survive a power cut.
FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


def _run(
    home: Home, program: str, *arguments: str, uid: int | None = None
) -> "subprocess.CompletedProcess[bytes]":
    uid = home.uid if uid is None else uid
    done = subprocess.run(
        [str(home.postgres / "bin" / program), *arguments],
        check=False,
        capture_output=True,
        cwd=home.folder,
        user=uid,
        group=uid,
        extra_groups=[] if uid is not None else None,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": str(home.folder)},
    )
    if done.returncode:
        raise RuntimeError(f"{program} failed: {done.stderr.decode(errors='replace').strip()}")
    return done


def url(home: Home, database: str) -> str:
    """How Signet's configuration names a database of this cluster."""
    return f"postgresql://{_USER}@/{database}?host={quote(str(home.sockets), safe='/')}"


def ready(home: Home) -> bool:
    """Whether the server takes connections."""
    try:
        _run(home, "pg_isready", "-q", "-U", _USER, "-h", str(home.sockets), "-d", "postgres")
    except RuntimeError:
        return False
    return True


def _make_cluster(home: Home, data: Path) -> None:
    parent, uid = data.parent, home.uid
    # initdb looks its user up by name; the server afterwards does not, and gets the files.
    maker = None if uid is None else named_uid()
    if maker is not None:
        os.chown(parent, maker, maker)
    shutil.rmtree(data, ignore_errors=True)
    _run(
        home, "initdb", "-D", str(data), "-U", _USER, "-E", "UTF8", "--locale=C",
        "--auth=trust", "--no-sync", uid=maker,
    )  # fmt: skip
    if uid is not None:
        # By descriptors: a path could be bent by a link while we walk it.
        for _, folders, files, descriptor in os.fwalk(parent, follow_symlinks=False):
            for name in (*folders, *files):
                os.chown(name, uid, uid, dir_fd=descriptor, follow_symlinks=False)
        os.chown(parent, uid, uid, follow_symlinks=False)


def start_postgres(home: Home, log: Path, options: dict[str, str] | None = None) -> Child:
    """Make the cluster if there is none, start it, return once it takes connections.

    Its socket lies in a folder only we may enter, so no password is asked; there is no TCP.
    Raises RuntimeError.
    """
    end = time.monotonic() + _SHUTS_DOWN
    # Of one that was killed a process may still be at work, and it takes no second one beside that.
    was_killed = (home.folder / "postgres" / "data" / "postmaster.pid").exists()
    while was_killed and time.monotonic() < end:
        with contextlib.suppress(RuntimeError):
            return _start(home, log, options)
        time.sleep(0.2)
    return _start(home, log, options)


def _start(home: Home, log: Path, options: dict[str, str] | None) -> Child:
    data = home.folder / "postgres" / "data"
    if not (data / "PG_VERSION").exists():
        _make_cluster(home, data)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(home.sockets),
        "unix_socket_permissions": "0700",
        "max_connections": "150",
        "shared_buffers": "64MB",
        "logging_collector": "off",
        **(options or {}),
    }
    command = [str(home.postgres / "bin" / "postgres"), "-D", str(data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    child = start(
        "PostgreSQL",
        command,
        uid=home.uid,
        cwd=home.folder,
        log=log,
        stop_signal=signal.SIGINT,  # fast shutdown: sessions are cut, nothing is lost
        death_signal=signal.SIGINT,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
    )
    with child.ended_unless_ready():
        wait_until(lambda: ready(home), child)
    return child


def create_database(home: Home, name: str) -> None:
    """Create a database unless it exists."""
    found = _run(
        home, "psql", "-h", str(home.sockets), "-U", _USER, "-d", "postgres", "-Atc",
        f"SELECT 1 FROM pg_database WHERE datname = '{name}'",  # noqa: S608 - a name of ours
    )  # fmt: skip
    if not found.stdout.strip():
        _run(home, "createdb", "-h", str(home.sockets), "-U", _USER, name)
