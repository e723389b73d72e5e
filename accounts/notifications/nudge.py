"""Telling a worker that something waits in the database; where that fails, its sweeper finds it."""

import time

import structlog
from celery import current_app

_log = structlog.get_logger("accounts.nudge")

# Seconds without nudging once the queue was found dead.
QUIET = 5.0
_nudge_from = 0.0


def nudge(task: str, *ids: str) -> None:
    """Call after the commit. The broker gets ids alone.

    A dead broker delays and fails nothing: the first nudge waits for its time-out (a fraction of
    a second), those of the next seconds do not even try.
    """
    global _nudge_from
    if time.monotonic() < _nudge_from:
        return
    try:
        current_app.send_task(task, args=list(ids), retry=False)
    except Exception as error:  # kombu raises its transport's own kinds
        _nudge_from = time.monotonic() + QUIET
        reason = type(error).__name__
        _log.warning("nudge_failed", task=task, message_id=" ".join(ids), reason=reason)
