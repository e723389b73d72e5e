"""A mail server at the wire: takes mail, refuses it, or falls silent after taking it."""

import email
import email.policy
import re
import socketserver
import threading
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any


@dataclass(frozen=True)
class Mail:
    """`accepted`: whether the sender was told that it arrived."""

    recipient: str
    message_id: str
    text: str
    accepted: bool

    @property
    def link(self) -> str:
        found = re.search(r"https?://\S+token=\S+", self.text)
        assert found is not None, "no link in the mail"
        return found[0]


class _Conversation(socketserver.StreamRequestHandler):
    server: "MailServer"

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _data(self, recipient: str) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        mode = self.server.mode
        self.server.keep(recipient, b"".join(lines), accepted=mode == "take")
        if mode == "hang":
            self.server.released.wait(60)
        else:
            self._say("250 taken")

    def handle(self) -> None:
        if self.server.mode == "refuse":
            self._say("421 not now")
            return
        self._say("220 sink")
        recipient = ""
        while line := self.rfile.readline().decode("latin-1").strip():
            verb = line.upper()
            if verb.startswith("DATA"):
                self._data(recipient)
            elif verb.startswith("QUIT"):
                self._say("221 bye")
                return
            else:
                if verb.startswith("RCPT TO:"):
                    recipient = line.partition(":")[2].strip(" <>")
                self._say("250 ok")


class MailServer(socketserver.ThreadingTCPServer):
    """Listens on a free loopback port. `mode`: take, refuse or hang; may change at any time."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.mode = "take"
        self.mails: list[Mail] = []
        self.released = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def keep(self, recipient: str, raw: bytes, *, accepted: bool) -> None:
        parsed: Any = email.message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        body = parsed.get_body(("plain",))
        text = body.get_content() if body else ""
        self.mails.append(Mail(recipient, parsed["Message-ID"], text, accepted))

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that dies in mid-sentence is what these tests are about."""

    def stop(self) -> None:
        self.released.set()
        self.shutdown()
        self.server_close()
