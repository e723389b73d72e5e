"""One child process that never outlives us."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1


def _dies_with_us(death_signal: int) -> Callable[[], None] | None:
    """Runs in the child after the uid was dropped (dropping it clears the setting)."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def set_it() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        if os.getppid() != parent:  # we died between fork and prctl
            os._exit(1)

    return set_it


def start_time(pid: int) -> str:
    """The moment a process started, as the kernel counts it; empty when it is gone.

    Pid and start time together name a process for good: pids are used again.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return "" if fields[0] == "Z" else fields[19]  # a zombie has ended
    except (OSError, IndexError):
        return ""


@dataclass
class Child:
    """A started program, the leader of its own process group."""

    name: str
    popen: "subprocess.Popen[bytes]"
    stop_signal: int = signal.SIGTERM

    @property
    def running(self) -> bool:
        return self.popen.poll() is None

    @contextlib.contextmanager
    def ended_unless_ready(self) -> Iterator[None]:
        """Whoever waits in here for the program gives up on it by an exception: then it ends."""
        try:
            yield
        except BaseException:
            self.stop()
            raise

    def stop(self, timeout: float = 10.0) -> None:
        """Ask it to end, then end its whole group by force after `timeout` seconds."""
        if self.running:
            self.popen.send_signal(self.stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.popen.wait(timeout)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()


def start(
    name: str,
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    uid: int | None = None,
    log: Path | None = None,
    stop_signal: int = signal.SIGTERM,
    death_signal: int = signal.SIGTERM,
) -> Child:
    """Start a program in a process group of its own; its output goes to `log`."""
    with contextlib.ExitStack() as stack:
        out: IO[bytes] | None = stack.enter_context(log.open("ab")) if log else None
        popen = subprocess.Popen(
            list(command),
            env=dict(env) if env is not None else None,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT if out else None,
            start_new_session=True,
            user=uid,
            group=uid,
            extra_groups=[] if uid is not None else None,
            preexec_fn=_dies_with_us(death_signal),
        )
    return Child(name, popen, stop_signal)


def wait_until(ready: Callable[[], bool], child: Child, *, timeout: float = 30.0) -> None:
    """Return once `ready`; raise RuntimeError when the child ends or `timeout` seconds pass."""
    end = time.monotonic() + timeout
    while not ready():
        if not child.running:
            raise RuntimeError(f"{child.name} ended with status {child.popen.returncode}")
        if time.monotonic() > end:
            raise RuntimeError(f"{child.name} was not ready after {timeout:.0f} s")
        time.sleep(0.05)
