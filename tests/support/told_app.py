"""Where apps are told of sign-outs: a TLS server that keeps what came and answers as it is told to."""

import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl

import trustme


@dataclass(frozen=True)
class Told:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    tls: str | None

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return parse_qsl(self.body.decode("ascii"), keep_blank_values=True, strict_parsing=True)

    @property
    def token(self) -> str:
        """Of a request that is just what Back-Channel Logout §2.5 says."""
        assert self.method == "POST"
        assert self.headers["content-type"] == "application/x-www-form-urlencoded"
        ((name, value),) = self.pairs
        assert name == "logout_token"
        return value


@dataclass
class Answer:
    """`holds`: seconds until the answer begins; `drips`: and then it never ends."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    holds: float = 0
    drips: bool = False


class _Handler(BaseHTTPRequestHandler):
    server: "ToldApps"

    def _take(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        tls = self.connection.version() if isinstance(self.connection, ssl.SSLSocket) else None
        self.server.told.append(Told(self.command, self.path, headers, body, tls))
        answer = self.server.answers.get(self.path, Answer())
        self.server.released.wait(answer.holds)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if not answer.drips:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)
        while answer.drips and not self.server.released.wait(0.05):
            self.wfile.write(b"x")

    do_POST = do_GET = _take

    def log_message(self, format: str, *args: object) -> None:
        """Nothing to standard error."""


class ToldApps(ThreadingHTTPServer):
    """`told`: everything that came, in order. `answers`: by path; otherwise 200 with no body."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, authority: trustme.CA, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.told: list[Told] = []
        self.answers: dict[str, Answer] = {}
        self.released = threading.Event()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        self.socket = context.wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False
        )
        self.ca = str(folder / "apps-ca.pem")
        authority.cert_pem.write_to_path(self.ca)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever hangs up on us does so on purpose here."""

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def at(self, path: str) -> list[Told]:
        return [one for one in self.told if one.path == path]

    def wait_for(self, path: str, number: int = 1, seconds: float = 60) -> list[Told]:
        """What came there, once it is so many."""
        eventually(lambda: len(self.at(path)) >= number, f"{number} messages at {path}", seconds)
        return self.at(path)

    def stop(self) -> None:
        self.released.set()
        self.shutdown()
        self.server_close()


def eventually(found: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Wait for something another process does; fails, and says what, when it does not."""
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, f"after {seconds:.0f} s still not: {what}"
        time.sleep(0.05)
