"""The comparisons run, and count what they say they count."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.load import Request, Seen, run
from tests.support.live import ROOT, create_database, database_url


@pytest.fixture
def port() -> Iterator[int]:
    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/good" else 503)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_every_answer_is_counted_once(port: int) -> None:
    seen = run(port, lambda: Request("GET", "/good"), 3, 0.2)()
    assert seen.statuses == {200: len(seen.latencies)}
    assert len(seen.latencies) > 3


def test_an_unexpected_answer_ends_the_run_instead_of_counting(port: int) -> None:
    with pytest.raises(RuntimeError, match="503"):
        run(port, lambda: Request("GET", "/bad"), 2, 5)()


def test_a_share_of_the_answers_is_found_by_rank() -> None:
    seen = Seen(latencies=[float(number) for number in range(100, 0, -1)])
    assert seen.at(0.99) == 100
    assert seen.at(0.5) == 51
    assert Seen(latencies=[7.0]).at(0.99) == 7


@pytest.mark.slow
@pytest.mark.servers
@pytest.mark.xdist_group("run")
def test_all_comparisons_run_to_their_end() -> None:
    create_database("bench")
    env = {
        **os.environ, "SIGNET_DATABASE_URL": database_url("bench"), "ROUNDS": "1",
        "SECONDS": "0.3",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "bench"],
        cwd=ROOT, env=env, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(" : 1** in answers/s") == 4
