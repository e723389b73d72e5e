"""A refusal keeps what was written before it; a crash keeps nothing."""

import pytest

from oauth import kept_refusal
from oauth.errors import InvalidGrant
from oauth.models import UsedJti

pytestmark = pytest.mark.django_db


def _write(failure: Exception | None) -> str:
    UsedJti.objects.create(digest=b"1" * 32, expires_at="2030-01-01T00:00Z")
    if failure is not None:
        raise failure
    return "done"


def test_an_answer_is_handed_on() -> None:
    assert kept_refusal.run(lambda: _write(None)) == "done"
    assert UsedJti.objects.exists()


def test_a_refusal_is_raised_after_the_commit() -> None:
    with pytest.raises(InvalidGrant):
        kept_refusal.run(lambda: _write(InvalidGrant("code_replayed", "No")))
    assert UsedJti.objects.exists()


def test_a_crash_rolls_back() -> None:
    with pytest.raises(RuntimeError):
        kept_refusal.run(lambda: _write(RuntimeError("x")))
    assert not UsedJti.objects.exists()
