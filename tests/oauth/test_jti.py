"""One-time identifiers."""

import time

import pytest

from oauth import jti
from oauth.models import UsedJti
from tests.oauth.queries import counted

pytestmark = pytest.mark.django_db
LATER = time.time() + 60


def test_the_first_use_counts_and_no_second_one() -> None:
    with counted() as statements:
        assert jti.use("client_assertion", "c_1", "x", LATER)
    assert statements == {"INSERT": 1}
    assert not jti.use("client_assertion", "c_1", "x", LATER)


def test_clients_and_purposes_do_not_share_identifiers() -> None:
    uses = [("a", "c_1", "x"), ("a", "c_2", "x"), ("b", "c_1", "x"), ("a", "c_1", "y")]
    assert all(jti.use(*use, LATER) for use in uses)
    assert UsedJti.objects.count() == len(uses)


def test_any_length_and_any_character_makes_one_short_row() -> None:
    assert jti.use("a", "c_1", "☃" * 5_000 + "\0", LATER)
    assert len(bytes(UsedJti.objects.get().digest)) == 32
