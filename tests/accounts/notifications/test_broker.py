"""What a dead queue costs the page that wants to send mail."""

import socket
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from celery import current_app
from django.db import transaction
from django.utils import timezone

from accounts.models import OutboxMessage
from accounts.notifications import outbox


@pytest.fixture(params=["refusing", "silent"])
def dead_broker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No server at all; or one that takes connections and never answers."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    if request.param == "refusing":
        listener.close()
    monkeypatch.setattr(outbox, "_nudge_from", 0.0)
    monkeypatch.setitem(current_app.conf, "broker_url", f"redis://127.0.0.1:{port}/0")
    monkeypatch.setitem(current_app.conf, "broker_write_url", f"redis://127.0.0.1:{port}/0")
    current_app.pool.force_close_all()
    current_app._pool = None
    current_app.amqp._producer_pool = None
    yield
    listener.close()
    current_app._pool = None
    current_app.amqp._producer_pool = None


@pytest.mark.django_db(transaction=True)
def test_a_dead_broker_costs_less_than_half_a_second_and_no_mail_case_375(
    dead_broker: None,
) -> None:
    started = time.monotonic()
    for _ in range(20):
        with transaction.atomic():
            outbox.queue(
                channel="email",
                purpose="password_changed",
                recipient="a@people.test",
                not_after=timezone.now() + timedelta(hours=1),
            )
    assert time.monotonic() - started < 0.5 + 0.3  # and what twenty commits take
    assert time.monotonic() < outbox._nudge_from, "the broker was not found dead"
    assert OutboxMessage.objects.filter(status="queued").count() == 20
