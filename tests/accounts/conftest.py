"""Fixtures of the account floor."""

import pytest

from accounts.models import User
from tests.accounts.surfer import Surfer, make_person
from tests.support.relay import relay

__all__ = ["relay"]


@pytest.fixture
def bob(db: None) -> User:
    return make_person("bob")


@pytest.fixture
def surfer(bob: User) -> Surfer:
    return Surfer()
