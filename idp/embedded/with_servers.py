"""Run a command with throw-away servers: `python -m idp.embedded.with_servers COMMAND …`.

The tests run so. `SIGNET_TEST_DATABASE_URL` and `SIGNET_TEST_VALKEY_URL`, set together, name
servers to use instead.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from idp.embedded import servers as embedded
from idp.embedded.environment import environment, load_secrets

_ISSUER = "http://localhost:8000"


def _run(command: list[str], env: dict[str, str]) -> int:
    # The terminal's Ctrl-C reaches the command too; it decides what to do about it.
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.run(command, env=env, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, previous)


def _terminated(number: int, frame: object) -> None:
    raise SystemExit(128 + number)


def main(command: list[str]) -> int:
    """Start servers in a new folder, run the command, remove the folder; the command's status."""
    signal.signal(signal.SIGTERM, _terminated)
    folder = Path(tempfile.mkdtemp(prefix="signet-test-"))
    folder.chmod(0o711)
    running: embedded.Servers | None = None
    try:
        running = embedded.start(folder, forgetful=True)
        env = environment(running, load_secrets(folder / "secrets.json"), _ISSUER)
        database = os.environ.get("SIGNET_TEST_DATABASE_URL")
        cache = os.environ.get("SIGNET_TEST_VALKEY_URL")
        if database and cache:
            env |= {
                "SIGNET_DATABASE_URL": database,
                "SIGNET_VALKEY_URL": cache,
                "SIGNET_QUEUE_URL": cache,
            }
        return _run(command, env)
    finally:
        if running is not None:
            running.stop()
            shutil.rmtree(running.home.folder, ignore_errors=True)
            shutil.rmtree(running.home.sockets, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
