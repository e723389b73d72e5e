"""Whose password is guessed hears of it, once a day; who mistypes does not."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts import audit, tasks
from accounts.models import User
from accounts.notifications.letter import letter
from tests.accounts import letters
from tests.accounts.surfer import Surfer, make_person

pytestmark = pytest.mark.django_db(transaction=True)


def _guessed(name: str, times: int) -> None:
    """From as many networks, as an attacker who rents some."""
    for at in range(times):
        Surfer(address=f"203.0.{at}.9").open("/login").sign_in(name, "a guess of many")


def _notices(person: User) -> int:
    return len(letters.to(person.email, "password_guessed"))


def test_a_spent_budget_is_told_once_a_day_case_222() -> None:
    bob, eve = make_person("bob"), make_person("eve")
    _guessed("bob", 45)
    assert tasks.tell_guessed() == 1
    tasks.tell_guessed()
    assert (_notices(bob), _notices(eve)) == (1, 0)
    (notice,) = letters.to(bob.email, "password_guessed")
    assert "many wrong passwords" in letter(notice).text
    assert "not_me_link" in notice.context
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1), tick=True):
        tasks.tell_guessed()
        assert _notices(bob) == 1  # nobody goes on guessing
        _guessed("bob", 60)
        tasks.tell_guessed()
        assert _notices(bob) == 2


def test_an_owner_who_mistypes_hears_nothing() -> None:
    bob = make_person("bob")
    here = Surfer()
    for _ in range(8):
        here.open("/login").sign_in("bob", "was it this one")
    assert audit.AuditEvent.objects.filter(name=audit.LOGIN_LIMITED).exists()
    assert tasks.tell_guessed() == 0
    assert _notices(bob) == 0


def test_an_account_that_was_switched_off_is_told_nothing() -> None:
    bob = make_person("bob", is_active=False)
    _guessed("bob", 45)
    assert tasks.tell_guessed() == 0
    assert _notices(bob) == 0
