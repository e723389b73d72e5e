"""`python -m idp.serve`: the web server, with the processes and threads of the configuration.

Further arguments go to granian. One place starts it, because the configured numbers bound both
password hashing and database connections: a server started with others would break both bounds.
"""

import os
import sys

from idp.config import load
from idp.connection_count import REMEDY, allowed, shortage

_BACKPRESSURE = 64  # requests a process takes on; more wait in the kernel's queue


def main(arguments: list[str]) -> None:
    """Become granian. Exits where the configuration or PostgreSQL's connections do not suffice.

    A database that is away is no reason not to start: /readyz tells.
    """
    config = load()
    most = allowed(config.database_url)
    fault = "" if most is None else shortage(config, most)
    if fault:
        sys.exit(f"Signet cannot start. {fault} {REMEDY}")
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "idp.wsgi:application", "--no-ws",
        "--workers", str(config.web_processes), "--blocking-threads", str(config.web_threads),
        "--backpressure", str(max(_BACKPRESSURE, config.web_threads)), *arguments,
    ]  # fmt: skip
    sys.stdout.flush()
    os.execv(sys.executable, command)  # noqa: S606 - our own interpreter


if __name__ == "__main__":
    main(sys.argv[1:])
