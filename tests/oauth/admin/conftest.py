"""Somebody who administers."""

import pytest
from django.test import Client

from accounts.models import User
from tests.support.administration import administration, make_administrator


@pytest.fixture
def administrator(db: None) -> User:
    return make_administrator("ada")


@pytest.fixture
def admin(administrator: User) -> Client:
    return administration(administrator)
