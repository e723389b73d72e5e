"""accounts/session_store.py: what the cookie's value opens, and for how long."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session as Row
from django.utils import timezone

from accounts.session_store import REPLACED, SessionStore


def stored(**data: object) -> SessionStore:
    store = SessionStore()
    store.update(data)
    store.save()
    return store


def test_the_table_does_not_hold_what_the_cookie_says(db: None) -> None:
    store = stored(browser="b")
    row = Row.objects.get()
    assert row.session_key != store.session_key
    assert SessionStore(store.session_key)["browser"] == "b"
    # Nor does what the table holds open anything.
    assert "browser" not in SessionStore(row.session_key)


def test_a_replaced_value_is_nobody_at_once_and_its_csrf_secret_lives_a_minute(db: None) -> None:
    store = stored(browser="b", _csrftoken="s" * 32)
    old = store.session_key
    store.cycle_key()
    store.save()
    assert SessionStore(store.session_key)["browser"] == "b"
    left = SessionStore(old)
    assert dict(left.items()) == {REPLACED: True, "_csrftoken": "s" * 32}
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert dict(SessionStore(old).items()) == {}


def test_a_replaced_value_cannot_be_written_back(db: None) -> None:
    store = stored(browser="b", _csrftoken="s" * 32)
    late = SessionStore(store.session_key)
    late["browser"] = "b"
    store.cycle_key()
    store.save()
    with pytest.raises(UpdateError):
        late.save()
    assert "browser" not in SessionStore(late.session_key)


def test_what_a_replaced_value_becomes_has_nothing_of_it(db: None) -> None:
    store = stored(browser="b", _csrftoken="s" * 32)
    old = store.session_key
    store.cycle_key()
    left = SessionStore(old)
    left.cycle_key()
    left.save()
    assert left.session_key not in (old, store.session_key)
    assert dict(SessionStore(left.session_key).items()) == {}


def test_strangers_are_forgotten_in_days_and_people_in_a_year(db: None) -> None:
    assert stored(browser="b").get_expiry_age() == 2 * 86_400
    assert stored(browser="b", known=True).get_expiry_age() == 365 * 86_400


@pytest.mark.parametrize("value", [None, "", "\0", "x" * 9_000, "ä"])
def test_any_text_can_be_asked_for(db: None, value: str | None) -> None:
    assert dict(SessionStore(value).items()) == {}
