"""Budgets of guesses, kept in PostgreSQL; limits of page views, kept in Valkey.

A budget is claimed *before* the guess is evaluated, in a short transaction of its own, so that
a thousand guesses at once are as bounded as a thousand in a row.
"""

import ipaddress
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django_ratelimit.core import get_usage
from redis.exceptions import RedisError

from accounts.errors import TooManyAttempts


@dataclass(frozen=True, slots=True)
class Limit:
    """`burst` attempts at once, then one each `every` seconds (generic cell rate algorithm)."""

    key: str
    burst: int
    every: float


# Allowed while the theoretical arrival time lies at most (burst - 1) intervals ahead of now.
# The clock is the database's: nodes whose clocks differ count alike.
_CLAIM = """
INSERT INTO accounts_budget AS b (key, arrival_at) VALUES (%(key)s, %(now)s + %(every)s)
ON CONFLICT (key) DO UPDATE SET arrival_at = greatest(b.arrival_at, %(now)s) + %(every)s
WHERE b.arrival_at <= %(now)s + %(every)s * %(ahead)s
RETURNING 1
"""
_ARRIVALS = "SELECT key, arrival_at FROM accounts_budget WHERE key = ANY(%s)"


def claim(limits: Iterable[Limit], now: datetime | None = None) -> None:
    """Take one attempt from every budget, or from none. Raises `TooManyAttempts` if any is spent.

    A refused attempt is not evaluated and costs nothing: a guesser whose own budget is spent
    cannot go on spending the account's, and with it the owner's.
    Raises RuntimeError inside a transaction, whose rollback would give the attempt back.
    """
    # A fixed order of keys: two claims of the same budgets cannot deadlock.
    ordered = sorted(limits, key=lambda limit: limit.key)
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        if now is None:
            cursor.execute("SELECT clock_timestamp()")
            (now,) = cursor.fetchone()
        # Look before writing: a flood against a spent budget leaves no dead rows behind.
        _refuse_spent(cursor, ordered, now)
        for limit in ordered:
            values: dict[str, Any] = {"key": limit.key, "now": now, "ahead": limit.burst - 1}
            values["every"] = timedelta(seconds=limit.every)
            cursor.execute(_CLAIM, values)
            if cursor.fetchone() is None:  # spent since we looked
                _refuse_spent(cursor, [limit], now)
                raise TooManyAttempts(1)


def _refuse_spent(cursor: Any, limits: list[Limit], now: datetime) -> None:
    cursor.execute(_ARRIVALS, [[limit.key for limit in limits]])
    arrivals = dict(cursor.fetchall())
    waits = []
    for limit in limits:
        latest = now + timedelta(seconds=limit.every * (limit.burst - 1))
        if arrivals.get(limit.key, now) > latest:
            waits.append((arrivals[limit.key] - latest).total_seconds())
    if waits:
        raise TooManyAttempts(max(1, math.ceil(max(waits))))


def forget(keys: Iterable[str]) -> None:
    """Give the owner a full budget back, after the right answer."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_budget WHERE key = ANY(%s)", [list(keys)])


def one_at_a_time(what: str) -> None:
    """Wait until every other transaction that said the same has ended, and hold off the next ones.

    For what has no row yet that could be locked.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])


def subnet(address: str) -> str:
    """The network an attacker gets for the price of one address: /24, or /64 for IPv6.

    What is no address shares one budget.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ipaddress.ip_network(f"{ip}/{24 if ip.version == 4 else 64}", strict=False))


def _by_subnet(group: str, request: HttpRequest) -> str:
    return subnet(request.META.get("REMOTE_ADDR", ""))


def page_limit(
    group: str, rate: str
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Refuse a page to a subnet that asks for it more often than `rate` ("30/m").

    Valkey counts; when it is gone the page opens. This is about load, never about guesses.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                usage = get_usage(request, group=group, key=_by_subnet, rate=rate, increment=True)
            except (RedisError, OSError):
                usage = None
            # A limit of 0 is how the library says that it could not count.
            if usage and usage["limit"] and usage["should_limit"]:
                raise TooManyAttempts(max(1, usage["time_left"]))
            return view(request, *args, **kwargs)

        return limited

    return decorate
