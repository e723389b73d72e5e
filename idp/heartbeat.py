"""A file touched while the queue is served: the age of it is the health of worker and beat.

Asking a worker over the queue would start a whole Signet for every question.
"""

import time
from pathlib import Path
from typing import Any

from celery.signals import after_task_publish, beat_init, heartbeat_sent
from celery.worker import state

# Seconds a task may run. In threads nothing can end it; by then the queue has given it to another.
_HUNG = 300.0


def _is_hung(now: float) -> bool:
    started = [request.time_start for request in list(state.active_requests)]
    return any(moment is not None and now - moment > _HUNG for moment in started)


def keep(file: Path) -> None:
    """Touch `file` every two seconds in a worker that hears the broker and has no hung task, and
    in beat whenever it put something into the queue (every ten seconds).
    """

    def worker_lives(**_: Any) -> None:
        if not _is_hung(time.time()):
            file.touch()

    def beat_published(**_: Any) -> None:
        file.touch()

    def beat_starts(**_: Any) -> None:
        after_task_publish.connect(beat_published, weak=False)

    # Connected before the worker is built: it looks once whether anybody listens.
    heartbeat_sent.connect(worker_lives, weak=False)
    beat_init.connect(beat_starts, weak=False)
