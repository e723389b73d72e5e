"""Names under .test mean this machine: for applications whose resolver knows no such name."""

import socket

_ask = socket.getaddrinfo


def _answer(host, *arguments, **more):  # type: ignore[no-untyped-def]
    name = host.decode() if isinstance(host, bytes) else host
    if name and name.endswith(".test"):
        name = "127.0.0.1"
    return _ask(name, *arguments, **more)


socket.getaddrinfo = _answer
