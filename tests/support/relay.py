"""A mail server that says what it is told to say, to each verb."""

import socketserver
import threading
from collections.abc import Iterator
from typing import Any

import pytest

PASSWORD = "s3cret-of-the-relay"
_YES = {
    "EHLO": "250-relay.test\r\n250 AUTH PLAIN LOGIN",
    "AUTH": "235 2.7.0 welcome",
    "MAIL": "250 2.1.0 sender fine",
    "RCPT": "250 2.1.5 recipient fine",
    "DATA": "354 go on",
    ".": "250 2.0.0 queued",
    "QUIT": "221 bye",
}


class _Scripted(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        answers = self.server.answers
        self.wfile.write(f"{answers.get('', '220 relay.test')}\r\n".encode())
        in_data = False
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            if in_data and line != ".":
                self.server.data.append(line)
                continue
            verb = line.split(" ")[0].upper()
            self.server.heard.append(line)
            in_data = verb == "DATA"
            self.wfile.write(f"{answers.get(verb, '502 what?')}\r\n".encode())
            if in_data:
                # Header and body are parted by an empty line, which ends no conversation.
                while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                    self.server.data.append(line)
                in_data = False
                self.wfile.write(f"{answers['.']}\r\n".encode())


class Relay(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Scripted)
        self.answers = dict(_YES)
        self.heard: list[str] = []
        self.data: list[str] = []


@pytest.fixture
def relay(settings: Any) -> Iterator[Relay]:
    server = Relay()
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.server_address[1]
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "signet", PASSWORD
    settings.DEFAULT_FROM_EMAIL = "Signet <signet@op.test>"
    yield server
    server.shutdown()
    server.server_close()
