"""Budgets of guesses are exact, also when a thousand come at once; page limits are kind."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from accounts.errors import TooManyAttempts
from accounts.models import Budget
from accounts.throttling import Limit, claim, forget, page_limit, subnet

_NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
_FIVE = Limit("guess/alice", burst=5, every=60)


def _allowed(limits: list[Limit], now: datetime | None = None) -> bool:
    try:
        claim(limits, now)
    except TooManyAttempts:
        return False
    return True


@pytest.mark.django_db
def test_a_burst_at_once_then_one_each_interval() -> None:
    assert [_allowed([_FIVE], _NOW) for _ in range(7)] == [True] * 5 + [False] * 2
    assert not _allowed([_FIVE], _NOW + timedelta(seconds=59))
    assert _allowed([_FIVE], _NOW + timedelta(seconds=60))
    assert not _allowed([_FIVE], _NOW + timedelta(seconds=61))


@pytest.mark.django_db
def test_who_waits_as_long_as_told_is_served_and_no_sooner_case_341() -> None:
    for _ in range(5):
        claim([_FIVE], _NOW)
    with pytest.raises(TooManyAttempts) as spent:
        claim([_FIVE], _NOW)
    wait = spent.value.resets_in
    assert wait == 60
    assert not _allowed([_FIVE], _NOW + timedelta(seconds=wait - 1))
    assert _allowed([_FIVE], _NOW + timedelta(seconds=wait))


@pytest.mark.django_db
def test_a_long_pause_gives_a_full_burst_and_not_more() -> None:
    claim([_FIVE], _NOW)
    later = _NOW + timedelta(days=30)
    assert [_allowed([_FIVE], later) for _ in range(6)] == [True] * 5 + [False]


@pytest.mark.django_db
def test_a_refused_guess_costs_no_other_budget_case_217() -> None:
    """An attacker whose own budget is spent must not go on spending the account's."""
    account, own = Limit("a/account", burst=10, every=600), Limit("b/pair", burst=2, every=60)
    for _ in range(50):
        _allowed([account, own], _NOW)
    left = sum(_allowed([account], _NOW) for _ in range(20))
    assert left == 8


@pytest.mark.django_db
def test_refused_guesses_write_nothing() -> None:
    for _ in range(5):
        claim([_FIVE], _NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin FROM accounts_budget WHERE key = %s", [_FIVE.key])
        before = cursor.fetchone()
        assert not _allowed([_FIVE], _NOW)
        cursor.execute("SELECT xmin FROM accounts_budget WHERE key = %s", [_FIVE.key])
        assert cursor.fetchone() == before


@pytest.mark.django_db
def test_the_clock_is_the_databases_case_379(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 0.0)
    claim([_FIVE])
    arrival = Budget.objects.get(key=_FIVE.key).arrival_at
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        assert abs((arrival - cursor.fetchone()[0]).total_seconds() - 60) < 5


@pytest.mark.django_db
def test_the_right_answer_gives_the_budget_back() -> None:
    for _ in range(5):
        claim([_FIVE], _NOW)
    forget([_FIVE.key])
    assert [_allowed([_FIVE], _NOW) for _ in range(6)] == [True] * 5 + [False]


@pytest.mark.django_db(transaction=True)
def test_a_claim_inside_a_transaction_is_an_error_of_ours() -> None:
    """Its rollback would give the guess back."""
    with transaction.atomic(), pytest.raises(RuntimeError):
        claim([_FIVE])


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as pool:
        yield pool


def _in_parallel(pool: ThreadPoolExecutor, tries: int, limits: list[list[Limit]]) -> Counter[bool]:
    barrier = Barrier(16)

    def work(number: int) -> Counter[bool]:
        try:
            barrier.wait(30)
            mine = limits[number % len(limits)]
            return Counter(_allowed(mine) for _ in range(tries // 16 + 1))
        finally:
            connection.close()

    return sum(pool.map(work, range(16)), Counter())


@pytest.mark.django_db(transaction=True)
def test_a_thousand_claims_at_once_are_as_bounded_as_in_a_row_case_217(
    threads: ThreadPoolExecutor,
) -> None:
    found = _in_parallel(threads, 1_000, [[Limit("race/one", burst=20, every=3_600)]])
    assert found[True] == 20
    assert found[False] >= 980


@pytest.mark.django_db(transaction=True)
def test_claims_that_share_budgets_in_any_order_neither_deadlock_nor_overspend(
    threads: ThreadPoolExecutor,
) -> None:
    one, two = Limit("race/a", burst=30, every=3_600), Limit("race/b", burst=40, every=3_600)
    found = _in_parallel(threads, 1_000, [[one, two], [two, one], [two]])
    assert found[True] <= 40
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, arrival_at > now() FROM accounts_budget ORDER BY key")
        assert cursor.fetchall() == [("race/a", True), ("race/b", True)]
    # What was taken from a was taken from b as well, and nothing was lost on the way.
    assert sum(_allowed([two]) for _ in range(50)) == 40 - found[True]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("a", "unknown"),
        ("192.0.2.1, 192.0.2.2", "unknown"),
    ],
)
def test_addresses_that_cost_nothing_to_change_share_a_budget_case_219(
    address: str, network: str
) -> None:
    assert subnet(address) == network


@page_limit("test", "3/m")
def _page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("shown")


def _ask(address: str = "192.0.2.1") -> bool:
    try:
        _page(RequestFactory().get("/", REMOTE_ADDR=address))
    except TooManyAttempts as spent:
        assert 1 <= spent.resets_in <= 60
        return False
    return True


def test_a_page_asked_for_too_often_is_refused_to_that_network_alone() -> None:
    for _ in range(20):  # not across the end of a minute's window
        _ask("198.51.100.1")
        if not _ask("198.51.100.1"):
            break
    found = [_ask(f"192.0.2.{number}") for number in range(8)]
    assert found.count(True) in (3, 4, 5, 6)
    assert not found[-1]
    assert _ask("203.0.113.1")


def test_without_valkey_every_page_opens_and_quickly_case_369(settings: Any) -> None:
    dead = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": dead}
    started = time.monotonic()
    assert all(_ask() for _ in range(10))
    assert time.monotonic() - started < 2


@pytest.mark.django_db
def test_without_valkey_budgets_of_guesses_hold_case_369(settings: Any) -> None:
    dead = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": dead}
    assert [_allowed([_FIVE]) for _ in range(7)] == [True] * 5 + [False] * 2


def test_a_cache_that_cannot_count_opens_the_page(settings: Any) -> None:
    """The library answers that with a limit of nought."""
    settings.CACHES = {"default": {"BACKEND": "tests.accounts.uncounting.UncountingCache"}}
    assert all(_ask() for _ in range(10))
