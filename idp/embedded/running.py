"""Is `make run` up? `python -m idp.embedded.running FOLDER` ends with 1 and one line if not.

It stands in front of commands that need its servers. Nothing but the standard library: perhaps
nothing was ever installed.
"""

import fcntl
import os
import sys
from pathlib import Path


def is_running(folder: Path) -> bool:
    """Whether somebody holds the folder, and says how the servers are reached.

    What an earlier start wrote may still lie there; the kernel gives the lock back, whatever
    ended that start.
    """
    if not (folder / "environment").is_file():
        return False
    try:
        descriptor = os.open(folder / "lock", os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    if not is_running(Path(sys.argv[1])):
        sys.exit("Signet is not running: start it by `make run` in another terminal first.")
