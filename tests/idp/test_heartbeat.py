"""What the age of the heartbeat's file says about a worker."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from celery.signals import after_task_publish, beat_init, heartbeat_sent
from celery.worker import state

from idp import heartbeat


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    signals = (after_task_publish, beat_init, heartbeat_sent)
    before = [list(signal.receivers or ()) for signal in signals]
    monkeypatch.setattr(heartbeat, "time", SimpleNamespace(time=lambda: 1_000.0))
    heartbeat.keep(tmp_path / "alive")
    yield tmp_path / "alive"
    for signal, receivers in zip(signals, before, strict=True):
        signal.receivers = receivers


@pytest.mark.parametrize(
    ("started", "lives"),
    [([], True), ([None], True), ([999.0], True), ([700.0], True), ([999.0, 699.0], False)],
)
def test_a_worker_with_a_hung_task_does_not_live(
    file: Path, monkeypatch: pytest.MonkeyPatch, started: list[float | None], lives: bool
) -> None:
    requests = [SimpleNamespace(time_start=moment) for moment in started]
    monkeypatch.setattr(state, "active_requests", requests)
    heartbeat_sent.send(sender=None)
    assert file.exists() is lives


def test_only_beat_lives_by_what_it_puts_into_the_queue(file: Path) -> None:
    after_task_publish.send(sender="a task of a web process")
    assert not file.exists()
    beat_init.send(sender=None)
    assert not file.exists()
    after_task_publish.send(sender="accounts.tasks.sweep_outbox")
    assert file.exists()
