"""Fixtures of the protocol floor."""

from collections.abc import Iterator

import pytest

from accounts.models import User
from oauth import clients, keys
from oauth.models import Client
from tests.oauth.visitor import Visitor, make_client, make_person


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    clients.forget()
    keys.forget()
    yield
    clients.forget()
    keys.forget()


@pytest.fixture
def person(db: None) -> User:
    return make_person()


@pytest.fixture
def app(db: None) -> Client:
    return make_client()


@pytest.fixture
def trusted(db: None) -> Client:
    return make_client(trusted=True)


@pytest.fixture
def visitor(person: User) -> Visitor:
    return Visitor()
