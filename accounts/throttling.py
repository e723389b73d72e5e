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
from django.utils import timezone
from django_ratelimit.core import is_ratelimited

from accounts.errors import TooManyAttempts


@dataclass(frozen=True, slots=True)
class Limit:
    """`burst` attempts at once, then one each `every` seconds (generic cell rate algorithm)."""

    key: str
    burst: int
    every: float


# Allowed while the theoretical arrival time lies at most (burst - 1) intervals ahead of now.
_CLAIM = """
INSERT INTO accounts_budget AS b (key, arrival_at) VALUES (%s, %s)
ON CONFLICT (key) DO UPDATE SET arrival_at = greatest(b.arrival_at, %s) + %s
WHERE b.arrival_at <= %s
RETURNING 1
"""


def claim(limits: Iterable[Limit], now: datetime | None = None) -> None:
    """Take one attempt from every budget. Raises `TooManyAttempts` if any is spent.

    Raises RuntimeError inside a transaction: a rollback would give the attempt back.
    """
    now = now or timezone.now()
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        # A fixed order of keys: two claims of the same budgets cannot deadlock.
        for limit in sorted(limits, key=lambda limit: limit.key):
            interval = timedelta(seconds=limit.every)
            latest = now + interval * (limit.burst - 1)
            values: list[Any] = [limit.key, now + interval, now, interval, latest]
            cursor.execute(_CLAIM, values)
            if cursor.fetchone() is None:
                cursor.execute("SELECT arrival_at FROM accounts_budget WHERE key = %s", [limit.key])
                (arrival,) = cursor.fetchone()
                spent = TooManyAttempts(max(1, math.ceil((arrival - latest).total_seconds())))
                break
        else:
            return
    # Raised after the commit: what was claimed before the spent budget stays claimed, so that
    # a guesser pays for refused guesses too.
    raise spent


def forget(keys: Iterable[str]) -> None:
    """Give the owner a full budget back, after the right answer."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_budget WHERE key = ANY(%s)", [list(keys)])


def subnet(address: str) -> str:
    """The network an attacker gets for the price of one address: /24, or /64 for IPv6."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ipaddress.ip_network(f"{ip}/{24 if ip.version == 4 else 64}", strict=False))


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
                spent = is_ratelimited(
                    request,
                    group=group,
                    key=lambda _group, asked: subnet(asked.META["REMOTE_ADDR"]),
                    rate=rate,
                    increment=True,
                )
            except Exception:  # the client library raises a dozen kinds for "it is gone"
                spent = False
            if spent:
                raise TooManyAttempts(60)
            return view(request, *args, **kwargs)

        return limited

    return decorate
