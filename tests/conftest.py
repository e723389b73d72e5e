"""One database and one Valkey index a worker; what a process remembers, forgotten after each test."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.core.cache import cache

from accounts import foreign_hashes
from oauth import clients, cors, keys
from oauth.models import request_record

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
    request_record.forget()
    foreign_hashes.forget()
    cache.clear()
    yield
    clients.forget()
    cors.forget()
    keys.forget()
