"""What a dead queue costs the page that wants to send mail."""

import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.db import transaction
from django.utils import timezone
from kombu import pools
from redis.connection import Connection

from accounts.models import OutboxMessage
from accounts.notifications import nudge as nudge_module
from accounts.notifications import outbox
from accounts.notifications.nudge import nudge


@dataclass
class Tries:
    """What went out to the broker: a message to the worker, a connection and its patience."""

    sent: int = 0
    patience: list[tuple[float, float]] = field(default_factory=list)


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> Tries:
    found = Tries()
    send_task, connect = current_app.send_task, Connection.connect

    def sending(*args: Any, **kwargs: Any) -> Any:
        found.sent += 1
        return send_task(*args, **kwargs)

    def connecting(self: Connection, *args: Any, **kwargs: Any) -> Any:
        found.patience.append((self.socket_connect_timeout, self.socket_timeout))
        return connect(self, *args, **kwargs)

    monkeypatch.setattr(current_app, "send_task", sending)
    monkeypatch.setattr(Connection, "connect", connecting)
    return found


def _forget_connections() -> None:
    """Pools keep addresses, and one that was closed answers at once, without a try."""
    pools.reset()
    current_app._pool = None
    current_app.amqp._producer_pool = None


@pytest.fixture(params=["refusing", "silent"])
def dead_broker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No server at all; or one that takes connections and never answers."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    if request.param == "refusing":
        listener.close()
    monkeypatch.setattr(nudge_module, "_nudge_from", 0.0)
    monkeypatch.setitem(current_app.conf, "broker_url", f"redis://127.0.0.1:{port}/0")
    monkeypatch.setitem(current_app.conf, "broker_write_url", f"redis://127.0.0.1:{port}/0")
    _forget_connections()
    yield
    listener.close()
    _forget_connections()


@pytest.mark.django_db(transaction=True)
def test_a_dead_broker_costs_one_try_of_half_a_second_and_no_mail_case_375(
    dead_broker: None, tries: Tries
) -> None:
    for _ in range(20):
        with transaction.atomic():
            outbox.queue(
                channel="email",
                purpose="password_changed",
                recipient="a@people.test",
                not_after=timezone.now() + timedelta(hours=1),
            )
    # One page asked, and the others did not wait for what it had found out.
    assert tries.sent == 1
    assert tries.patience
    assert sum(connecting + reading for connecting, reading in tries.patience) <= 0.5
    assert time.monotonic() < nudge_module._nudge_from, "the broker was not found dead"
    assert OutboxMessage.objects.filter(status="queued").count() == 20


@pytest.mark.django_db(transaction=True)
def test_the_broker_is_asked_again_after_a_while(
    dead_broker: None, tries: Tries, monkeypatch: pytest.MonkeyPatch
) -> None:
    nudge("accounts.tasks.deliver", "a")
    nudge("accounts.tasks.deliver", "b")
    assert tries.sent == 1
    monkeypatch.setattr(nudge_module, "_nudge_from", time.monotonic())
    nudge("accounts.tasks.deliver", "c")
    assert tries.sent == 2
