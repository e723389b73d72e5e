"""The threads that tell apps: bounded, woken, and none the worse for a database that was away."""

import threading
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError

from idp import connection_count
from idp.config import Config
from oauth import backchannel_pool, tasks
from oauth.backchannel_pool import AT_ONCE
from tests.support.told_app import eventually


class _Stop(BaseException):
    """Ends a loop that never ends."""


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What waits, what is being sent, and the door behind which all sending stands still."""
    found = SimpleNamespace(waiting=[], sending=[], most=0, go_on=threading.Event(), asked=0)

    def claim() -> Any:
        found.asked += 1
        return found.waiting.pop() if found.waiting else None

    def deliver(notice: Any) -> None:
        found.sending.append(notice)
        found.most = max(found.most, len(found.sending))
        found.go_on.wait(30)
        found.sending.remove(notice)
        if notice == "bad":
            raise OperationalError

    monkeypatch.setattr(backchannel_pool.backchannel, "claim", claim)
    monkeypatch.setattr(backchannel_pool.backchannel, "deliver", deliver)
    monkeypatch.setattr(backchannel_pool, "_slots", threading.Semaphore(AT_ONCE))
    monkeypatch.setattr(backchannel_pool, "_woken", threading.Event())
    monkeypatch.setattr(backchannel_pool, "_stop", threading.Event())
    # So that nothing here is found by a look that would have come anyway.
    monkeypatch.setattr(backchannel_pool, "_LOOK_EVERY", 600.0)
    return found


def _free() -> int:
    return backchannel_pool._slots._value


def test_as_many_as_there_are_threads_and_the_rest_in_turn(work: SimpleNamespace) -> None:
    work.waiting = list(range(3 * AT_ONCE))
    handing_out = threading.Thread(target=backchannel_pool._hand_out, daemon=True)
    handing_out.start()
    eventually(lambda: len(work.sending) == AT_ONCE, "all threads busy")
    assert len(work.waiting) == 2 * AT_ONCE
    work.go_on.set()
    handing_out.join(30)
    assert not handing_out.is_alive()
    eventually(lambda: not work.sending and _free() == AT_ONCE, "all sent, all threads free")
    assert work.most == AT_ONCE
    assert not work.waiting


def test_a_failure_gives_the_thread_back(work: SimpleNamespace) -> None:
    work.go_on.set()
    work.waiting = ["bad"] * 5
    backchannel_pool._hand_out()
    eventually(lambda: _free() == AT_ONCE, "all threads free")


def test_a_database_that_is_away_costs_no_thread(
    work: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError

    monkeypatch.setattr(backchannel_pool.backchannel, "claim", away)
    for _ in range(AT_ONCE + 1):
        with pytest.raises(OperationalError):
            backchannel_pool._hand_out()
    assert _free() == AT_ONCE


@pytest.mark.django_db
def test_it_looks_when_it_starts_when_it_is_woken_and_when_something_was_sent(
    work: SimpleNamespace,
) -> None:
    work.go_on.set()
    watch = threading.Thread(target=backchannel_pool._look_on_and_on, daemon=True)
    watch.start()
    eventually(lambda: work.asked == 1, "a first look, unasked")
    work.waiting = ["a"]
    tasks.tell_apps()
    # Its claim, the look that found nothing more, and the one after it was sent.
    eventually(lambda: work.asked >= 4 and not work.waiting, "woken by the task")
    backchannel_pool._end()
    watch.join(30)
    assert not watch.is_alive()


def test_the_connections_of_these_threads_are_counted() -> None:
    few = Config.model_construct(web_processes=0, web_threads=0, worker_threads=0)
    assert connection_count.needed(few) == 2 + 1 + AT_ONCE
