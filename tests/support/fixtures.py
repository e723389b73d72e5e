"""Fixtures of the black-box tests, used by tests/spec and tests/attacks."""

import os
from collections.abc import Iterator

import pytest

from tests.support.browser import Browser
from tests.support.deployment import Deployment, deploy
from tests.support.people import Person
from tests.support.provider import Provider
from tests.support.rp import RelyingParty
from tests.support.telling import Telling, begin, queue

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def signet() -> Iterator[Deployment]:
    """One Signet over TLS for all black-box tests of a worker."""
    found = deploy(f"signet_{_WORKER}")
    yield found
    found.stop()


@pytest.fixture(scope="session")
def telling() -> Iterator[Telling]:
    """One Signet with a worker, for all tests of what apps are told."""
    index = 2 + int(_WORKER.removeprefix("gw") if _WORKER.startswith("gw") else 0)
    url = queue(os.environ["SIGNET_QUEUE_URL"], index)
    found = begin(f"telling_{_WORKER}", SIGNET_QUEUE_URL=url)
    yield found
    found.stop()


@pytest.fixture
def own_signet() -> Iterator[Deployment]:
    """One that a test may turn upside down: its keys, its first administrator."""
    found = deploy(f"own_{_WORKER}")
    yield found
    found.stop()


@pytest.fixture
def op(signet: Deployment) -> Provider:
    return signet.op


@pytest.fixture
def person(signet: Deployment) -> Person:
    """Somebody nobody else signs in as."""
    return signet.person()


@pytest.fixture
def browser(signet: Deployment) -> Browser:
    return signet.op.browser()


@pytest.fixture
def rp(signet: Deployment) -> RelyingParty:
    """A confidential web client (client_secret_basic) of this test alone."""
    return signet.rp()


@pytest.fixture
def public(signet: Deployment) -> RelyingParty:
    return signet.rp("native")
