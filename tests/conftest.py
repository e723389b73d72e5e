"""One database and one Valkey index a worker; servers of their own for black-box tests."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.core.cache import cache

from oauth import clients, cors, keys
from tests.support.live import Live, start_live

pytest_plugins = ["tests.support.fixtures"]
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
_INDEX = 10 + int(WORKER.removeprefix("gw") if WORKER.startswith("gw") else 0)


def pytest_configure() -> None:
    """Workers do not share counters."""
    parts = urlsplit(settings.SIGNET.valkey_url)
    settings.CACHES["default"]["LOCATION"] = urlunsplit(parts._replace(path=f"/{_INDEX}"))


@pytest.fixture(autouse=True)
def _fresh_process_caches() -> Iterator[None]:
    """What a process remembers for a moment must not outlive a test's rolled-back rows."""
    clients.forget()
    cors.forget()
    keys.forget()
    cache.clear()
    yield
    clients.forget()
    cors.forget()
    keys.forget()


@pytest.fixture(scope="session")
def live() -> Iterator[Live]:
    """A running Signet with a database of its own, filled from tests/support/live.yaml."""
    server = start_live(f"live_{WORKER}", data=["tests/support/live.yaml"])
    yield server
    server.stop()
