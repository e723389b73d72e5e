"""A listener that nothing should ever contact."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Canary:
    """`url`: an address on this host; `hits`: how often anybody connected."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/x"
        self.hits = 0


@contextmanager
def canary() -> Iterator[Canary]:
    """Listens while the block runs, and fails it when something came."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        found, over = Canary(listener.getsockname()[1]), threading.Event()

        def watch() -> None:
            while not over.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                found.hits += 1
                connection.close()

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield found
        finally:
            over.set()
            watcher.join()
    assert found.hits == 0, "somebody called the canary"
