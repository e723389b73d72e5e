"""An upgrade gives `web` another address: the proxy goes there without being restarted."""

import os
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingUDPServer
from typing import ClassVar

import pytest
import requests

from idp.embedded.process import start, wait_until
from idp.embedded.valkey import free_port
from tests.support.live import ROOT
from tests.support.nginx import MAIN
from tests.support.tools import need

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("compose")]
_OLD, _NEW = "127.0.0.2", "127.0.0.3"


class _Names(BaseRequestHandler):
    """A name server that knows one address, whatever the name (RFC 1035 §4.1)."""

    address: ClassVar[str] = _OLD

    def handle(self) -> None:
        data, sender = self.request
        question = data[12 : data.index(b"\0", 12) + 5]
        head = data[:2] + b"\x81\x80" + b"\0\1\0\1\0\0\0\0"
        answer = b"\xc0\x0c\0\1\0\1\0\0\0\1\0\4" + socket.inet_aton(self.address)
        sender.sendto(head + question + answer, self.client_address)


class _Web(BaseHTTPRequestHandler):
    """Says at which address it was found, and which path it was asked for."""

    def do_GET(self) -> None:
        host = self.connection.getsockname()[0]
        body = f"{host} {self.path}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Nothing."""


@contextmanager
def _serving(server: ThreadingHTTPServer | ThreadingUDPServer) -> Iterator[None]:
    with server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()


def _site(plain: int, web: int, names: int) -> str:
    """What stands behind TLS in the template, without it."""
    text = (ROOT / "deploy" / "nginx.conf.template").read_text()
    text = text[text.rindex("\nserver {") :]
    text = re.sub(r"\n +(ssl_|http2 ).*", "", text)
    for was, becomes in (
        ("${SIGNET_HOST}", "localhost"),
        ("${SIGNET_PROXY_SECRET}", "secret"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{plain};"),
        ("http://web:8000", f"http://web:{web}"),
        ("resolver 127.0.0.11 valid=5s", f"resolver 127.0.0.1:{names} valid=1s"),
    ):
        assert was in text, was
        text = text.replace(was, becomes)
    return text


def test_the_proxy_finds_web_at_its_new_address(tmp_path: Path) -> None:
    os.environ["PATH"] += ":/usr/sbin"
    need("nginx")
    web, names, plain = free_port(), free_port(), free_port()
    (tmp_path / "site.conf").write_text(_site(plain, web, names))
    (tmp_path / "nginx.conf").write_text(MAIN.format(folder=tmp_path))
    program = shutil.which("nginx")
    assert program is not None

    def answer() -> str:
        try:
            found = requests.get(f"http://127.0.0.1:{plain}/a%2Fb?c=d%20e", timeout=5)
        except requests.ConnectionError:
            return ""
        return found.text

    with ExitStack() as running:
        running.enter_context(_serving(ThreadingUDPServer(("127.0.0.1", names), _Names)))
        for address in (_OLD, _NEW):
            running.enter_context(_serving(ThreadingHTTPServer((address, web), _Web)))
        command = [program, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
        nginx = start("nginx", command, log=tmp_path / "nginx.log")
        running.callback(nginx.stop)
        wait_until(lambda: answer() == f"{_OLD} /a%2Fb?c=d%20e", nginx)
        running.callback(setattr, _Names, "address", _OLD)
        _Names.address = _NEW
        wait_until(lambda: answer() == f"{_NEW} /a%2Fb?c=d%20e", nginx)
