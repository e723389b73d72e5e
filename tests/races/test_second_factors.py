"""One code of a second factor, shown by a hundred at one moment; a thousand guesses at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory

from accounts.actions import recovery_codes, totp
from accounts.errors import CodeNotRight, TooManyAttempts
from accounts.models import AuditEvent, RecoveryCode, User
from tests.accounts.surfer import make_person
from tests.support import authenticator

_SHOWN = 100
# PostgreSQL has 150 connections for all the tests that run at one time.
_CONNECTIONS = 60


def _request(number: int) -> HttpRequest:
    """From a network of its own: the budgets are not what races here."""
    request = RequestFactory().post("/", REMOTE_ADDR=f"10.{number // 250}.{number % 250}.7")
    request.session = SessionStore()
    return request


def _at_once(threads: int, each: int, use: Callable[[HttpRequest], object]) -> list[str]:
    """How each of so many uses ended; all threads start at one moment."""
    barrier, slots = threading.Barrier(threads), threading.BoundedSemaphore(_CONNECTIONS)

    def one(thread: int) -> list[str]:
        found = []
        barrier.wait(60)
        with slots:
            for turn in range(each):
                try:
                    use(_request(thread * 50 + turn))
                except (CodeNotRight, TooManyAttempts) as refused:
                    found.append(type(refused).__name__)
                else:
                    found.append("accepted")
            connection.close()
        return found

    with ThreadPoolExecutor(threads) as pool:
        return [end for ends in pool.map(one, range(threads)) for end in ends]


@pytest.fixture
def _no_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock on the rows decides alone, as it would if a budget were raised one day."""
    for module in (totp, recovery_codes):
        monkeypatch.setattr(module, "claim_guess", lambda request, user: None)


@pytest.fixture
def bob(transactional_db: None) -> User:
    return make_person("bob")


@pytest.mark.usefixtures("_no_budget")
def test_one_totp_is_accepted_once_case_240(bob: User) -> None:
    authenticator.enrolled(bob)
    code = authenticator.code()
    ends = _at_once(_SHOWN, 1, lambda request: totp.verify(request, bob, code))
    assert sorted(ends) == ["CodeNotRight"] * (_SHOWN - 1) + ["accepted"]


@pytest.mark.usefixtures("_no_budget")
def test_one_recovery_code_is_accepted_once_case_240(bob: User) -> None:
    authenticator.enrolled(bob)
    code = authenticator.with_recovery_code(bob)
    ends = _at_once(_SHOWN, 1, lambda request: recovery_codes.use(request, bob, code))
    assert sorted(ends) == ["CodeNotRight"] * (_SHOWN - 1) + ["accepted"]
    assert RecoveryCode.objects.filter(used_at__isnull=False).count() == 1
    assert AuditEvent.objects.filter(name="recovery_code_used").count() == 1


def test_of_a_thousand_guesses_no_more_are_looked_at_than_the_account_has(bob: User) -> None:
    authenticator.enrolled(bob)
    wrong = f"{(int(authenticator.code()) + 500_000) % 1_000_000:06}"
    ends = _at_once(20, 50, lambda request: totp.verify(request, bob, wrong))
    assert len(ends) == 1_000
    assert ends.count("CodeNotRight") <= 21  # a burst of 20, and one more if it takes 15 minutes
    assert ends.count("TooManyAttempts") >= 979
