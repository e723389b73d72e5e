"""Requests over kept connections, as many as the server answers in the given time."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection


@dataclass(frozen=True)
class Request:
    """What one connection sends again and again; `expected` statuses count, others end the run."""

    method: str
    path: str
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    expected: tuple[int, ...] = (200,)


@dataclass
class Seen:
    """Seconds each answer took; how many of each status."""

    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    def at(self, share: float) -> float:
        """The latency in seconds that `share` of the answers kept to."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _one(port: int, next_request: Callable[[], Request], end: float, seen: Seen) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    while time.monotonic() < end:
        request = next_request()
        started = time.perf_counter()
        connection.request(request.method, request.path, request.body or None, request.headers)
        answer = connection.getresponse()
        answer.read()
        seen.latencies.append(time.perf_counter() - started)
        seen.statuses[answer.status] = seen.statuses.get(answer.status, 0) + 1
        if answer.status not in request.expected:
            raise RuntimeError(f"{request.path} answered {answer.status}")
    connection.close()


def run(
    port: int, next_request: Callable[[], Request], connections: int, seconds: float
) -> Callable[[], Seen]:
    """Start; the result waits for the end and tells. A failure of any connection is raised."""
    end = time.monotonic() + seconds
    parts = [Seen() for _ in range(connections)]
    failures: list[BaseException] = []

    def guarded(part: Seen) -> None:
        try:
            _one(port, next_request, end, part)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(part,), daemon=True) for part in parts]
    for thread in threads:
        thread.start()

    def result() -> Seen:
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]
        total = Seen()
        for part in parts:
            total.latencies += part.latencies
            for status, count in part.statuses.items():
                total.statuses[status] = total.statuses.get(status, 0) + count
        return total

    return result
