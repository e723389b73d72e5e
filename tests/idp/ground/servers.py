"""Small servers at the wire for the fetcher: each conversation is a function of a socket."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def wire(converse: Callable[[socket.socket], None]) -> Iterator[int]:
    """The port of a loopback server that hands each connection to `converse`."""
    listener = socket.create_server(("127.0.0.1", 0))
    open_sockets: list[socket.socket] = []

    def one(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            converse(connection)

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                open_sockets.append(connection)
                threading.Thread(target=one, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)  # wakes the thread in accept
        listener.close()
        for connection in open_sockets:
            connection.close()


def answering(
    body: bytes, status: str = "200 OK", headers: str = "", seen: list[bytes] | None = None
) -> Callable[[socket.socket], None]:
    """A complete HTTP answer; what was asked is appended to `seen`."""

    def converse(connection: socket.socket) -> None:
        asked = b""
        while b"\r\n\r\n" not in asked:
            asked += connection.recv(65_536)
        if seen is not None:
            seen.append(asked)
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
        connection.sendall(head.encode() + body)

    return converse


def dripping(before: bytes) -> Callable[[socket.socket], None]:
    """Sends `before` at once, then a byte every 50 ms for ever."""

    def converse(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(before)
        pause = threading.Event()
        while True:
            connection.sendall(b"a")
            pause.wait(0.05)

    return converse
