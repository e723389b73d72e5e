"""`make run`: everything Signet needs on one machine, in the foreground, in one folder."""

import contextlib
import fcntl
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from idp.embedded import servers as embedded
from idp.embedded.demo import ROOT, Demo, has_node
from idp.embedded.environment import chosen, environment, load_secrets

_DEMO = {
    "DEMO_PASSWORD_ALICE": 12,
    "DEMO_PASSWORD_BOB": 12,
    "DEMO_PASSWORD_ADMIN": 12,
    "DEMO_CLIENT_SECRET": 32,
    "DEMO_CLIENT_SECRET_2": 32,
    "DEMO_MACHINE_SECRET": 32,
}


class Stopped(Exception):
    """Ctrl-C, or the polite signal of whoever started us."""


def _on_signal(number: int, frame: object) -> None:
    raise Stopped


def _lock(folder: Path) -> int:
    """Hold the folder until we end; a second start says who has it."""
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.read(descriptor, 20).decode().strip()
        sys.exit(f"{folder} is in use by process {owner}.")
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())
    return descriptor


def _check_port(port: int, variable: str) -> None:
    """A look, not a hold: the web server can only bind by itself. If somebody else is quicker,
    it ends, and so does the start, naming the log."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            sys.exit(f"Port {port} is taken. Choose another one: make run {variable}=…")


def _fill(env: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "idp.embedded.fill", "examples/demo.yaml"],
        cwd=ROOT, env=env, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        said = f"{done.stdout}{done.stderr}".strip()
        raise RuntimeError(f"{said}\nSo the database could not be filled.")


def _tell(demo: Demo, kept: dict[str, str], with_api: bool) -> None:
    lines = [
        "",
        f"  Signet          {demo.issuer}",
        f"  administration  {demo.issuer}/admin/",
        f"  outbox          {demo.issuer}/outbox",
        f"  demo app        http://localhost:{demo.demo_port}",
    ]
    if with_api:
        lines.append(f"  protected API   http://localhost:{demo.api_port}")
    lines += ["", "  person   password"]
    for name in ("alice", "bob", "admin"):
        lines.append(f"  {name:<7}  {kept[f'DEMO_PASSWORD_{name.upper()}']}")
    lines += ["", *[f"  {note}" for note in demo.notes]]
    lines += [f"  Everything is in {demo.folder}. Ctrl-C ends it.", ""]
    print("\n".join(lines), flush=True)


def main() -> int:
    """Start, wait for Ctrl-C, stop; 1 when something did not start or ended by itself."""
    folder = Path(os.environ.get("SIGNET_VAR", ROOT / "var")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    port = int(os.environ.get("PORT") or 8000)
    demo_port = int(os.environ.get("DEMO_PORT") or port + 1)
    api_port = int(os.environ.get("API_PORT") or demo_port + 1)
    python = os.environ.get("DEMO_PYTHON") or sys.executable
    lock = _lock(folder)
    environment_file = folder / "environment"
    environment_file.unlink(missing_ok=True)  # of the last time; there again when all is up
    ports = {"PORT": port, "DEMO_PORT": demo_port}
    for variable, number in (ports | ({"API_PORT": api_port} if has_node() else {})).items():
        _check_port(number, variable)
    signal.signal(signal.SIGTERM, _on_signal)
    signal.signal(signal.SIGINT, _on_signal)
    demo = Demo(folder, port, demo_port, api_port)
    running = None
    try:
        print("Starting Signet …", flush=True)
        running = embedded.start(folder)
        if running.home.folder != folder:
            demo.notes.append(
                f"The databases are in {running.home.folder}: only root may enter {folder}."
            )
        kept = load_secrets(folder / "secrets.json", _DEMO)
        env = environment(running, kept, demo.issuer, chosen(), SIGNET_WEB_PROCESSES="1")
        ignored = sorted(name for name, value in chosen().items() if env[name] != value)
        if ignored:
            demo.notes.append(f"`make run` decides by itself about {', '.join(ignored)}.")
        env |= {name: kept[name] for name in _DEMO}
        env |= {
            "DEMO_URL": f"http://localhost:{demo_port}",
            "DEMO_URL_2": f"http://localhost:{api_port + 1}",  # `make second-app`
            # Where the worker tells them of sign-outs; `localhost` may mean ::1 to it.
            "DEMO_BACK_URL": f"http://127.0.0.1:{demo_port}",
            "DEMO_BACK_URL_2": f"http://127.0.0.1:{api_port + 1}",
            "SIGNET_FETCH_ALLOW": ",".join(
                [
                    *filter(None, [env.get("SIGNET_FETCH_ALLOW")]),
                    f"127.0.0.1:{demo_port}",
                    f"127.0.0.1:{api_port + 1}",
                ]
            ),
        }
        _fill(env)
        demo.signet(env)
        with_api = demo.api()
        demo.relying_party(python, kept["DEMO_CLIENT_SECRET"], with_api=with_api)
        demo.wait()
        environment_file.touch(mode=0o600)
        environment_file.write_text(
            "".join(
                f"export {k}={shlex.quote(v)}\n"
                for k, v in env.items()
                if k.startswith(("SIGNET_", "DEMO_", "DJANGO_"))
            )
        )
        credentials = folder / "demo-credentials.json"
        credentials.touch(mode=0o600)
        credentials.write_text(json.dumps({name: kept[name] for name in _DEMO}, indent=2))
        _tell(demo, kept, with_api)
        # Without its databases Signet would stay up and say 503 to everybody.
        watched = [*running.programs, *demo.children]
        while all(child.running for child in watched):
            time.sleep(0.5)
        ended = [child.name for child in watched if not child.running]
        print(f"Ended by itself: {', '.join(ended)}. See the logs in {folder}.", flush=True)
        return 1
    except Stopped:
        return 0
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        demo.stop()
        if running is not None:
            running.stop()
        with contextlib.suppress(OSError):
            os.close(lock)


if __name__ == "__main__":
    sys.exit(main())
