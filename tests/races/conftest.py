"""Two servers of one issuer, and a hundred warmed connections that start at one moment."""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.support.deployment import Deployment, deploy
from tests.support.transport import transport

ROUNDS = 10


class Crowd:
    """`at_once` sends the same kind of request from many connections over both servers."""

    def __init__(self, signet: Deployment, size: int) -> None:
        self.signet = signet
        self.sessions = [transport(signet.ca) for _ in range(size)]
        self.pool = ThreadPoolExecutor(size)

    def at_once(
        self, number: int, send: Callable[[requests.Session, str, int], requests.Response]
    ) -> list[requests.Response]:
        """`send` gets a session, the token endpoint of its server and its own number."""
        barrier = threading.Barrier(number)

        def one(at: int) -> requests.Response:
            origin = self.signet.origin(at % 2)
            session = self.sessions[at]
            session.get(f"{origin}/livez")
            barrier.wait(30)
            return send(session, f"{origin}/oauth/token", at)

        return list(self.pool.map(one, range(number)))


@pytest.fixture(scope="session")
def servers() -> Iterator[Deployment]:
    found = deploy(f"races_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}", processes=2)
    yield found
    found.stop()


@pytest.fixture(scope="session")
def crowd(servers: Deployment) -> Iterator[Crowd]:
    found = Crowd(servers, 100)
    yield found
    found.pool.shutdown()
