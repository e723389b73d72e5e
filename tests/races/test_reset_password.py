"""One reset link, used from many places at one moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import RequestFactory

from accounts.actions.reset_password import complete, make_link
from accounts.errors import LinkNotValid
from accounts.models import AuditEvent, OutboxMessage
from tests.accounts.surfer import make_person

_THREADS, _EACH = 20, 5


@pytest.mark.django_db(transaction=True)
def test_exactly_one_of_a_hundred_uses_wins(settings: Any) -> None:
    # The price of a hash is not what races here.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    bob = make_person("bob")
    (token,) = parse_qs(urlsplit(make_link(bob)).query)["token"]
    barrier = threading.Barrier(_THREADS)

    def use(number: int) -> list[str]:
        barrier.wait(30)
        won = []
        for turn in range(_EACH):
            new = f"eleven pink tractors {number} {turn}"
            try:
                complete(RequestFactory().post("/"), token, new)
            except LinkNotValid:
                continue
            won.append(new)
        connection.close()
        return won

    with ThreadPoolExecutor(_THREADS) as pool:
        won = [new for found in pool.map(use, range(_THREADS)) for new in found]
    assert len(won) == 1
    bob.refresh_from_db()
    assert bob.check_password(won[0])
    assert AuditEvent.objects.filter(name="password_changed").count() == 1
    assert OutboxMessage.objects.filter(purpose="password_changed").count() == 1
