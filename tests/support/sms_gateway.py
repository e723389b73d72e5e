"""An SMS provider that takes a message and never says so, unless it is told to."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Silent(BaseHTTPRequestHandler):
    server: "SilentGateway"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append(self.headers["Idempotency-Key"])
        if self.server.silent:
            self.server.released.wait(60)
            return
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing to standard error."""


class SilentGateway(ThreadingHTTPServer):
    """`taken`: the idempotency keys of what arrived."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Silent)
        self.taken: list[str] = []
        self.silent = True
        self.released = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/sms"

    def stop(self) -> None:
        self.released.set()
        self.shutdown()
        self.server_close()
