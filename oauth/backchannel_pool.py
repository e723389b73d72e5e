"""A worker's own threads for messages to apps, so that no slow app ever holds up a mail.

What waits is in the database alone. One thread looks there when it is woken, and every few seconds
by itself: a queue that was lost loses nothing.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from celery.signals import celeryd_after_setup, worker_shutdown
from django.db import close_old_connections, connection

from oauth import backchannel
from oauth.models import LogoutNotice

AT_ONCE = 8
_LOOK_EVERY = 10.0  # seconds

_slots = threading.Semaphore(AT_ONCE)
_pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="tell-app")
_woken, _stop = threading.Event(), threading.Event()


def wake() -> None:
    """Something may be waiting."""
    _woken.set()


def _send(notice: LogoutNotice) -> None:
    try:
        backchannel.deliver(notice)
    except Exception:  # PostgreSQL is restarting; whoever takes it for a dead worker's goes on
        close_old_connections()
    finally:
        connection.close()
        _slots.release()
        wake()  # its app may be told the next thing


def _hand_out() -> None:
    """All that may be sent now, each as soon as a thread is free."""
    while not _stop.is_set():
        _slots.acquire()
        try:
            notice = backchannel.claim()
            if notice is not None:
                _pool.submit(_send, notice)
                continue
        except BaseException:
            _slots.release()
            raise
        _slots.release()
        return


def _look_on_and_on() -> None:
    pause = 0.0  # what a worker before this one left behind has waited long enough
    while not _stop.is_set():
        _woken.wait(pause)
        _woken.clear()
        pause = _LOOK_EVERY
        try:
            _hand_out()
        except Exception:  # PostgreSQL is restarting; the next round finds it
            close_old_connections()
        finally:
            connection.close()


@celeryd_after_setup.connect
def _start(**kwargs: Any) -> None:
    threading.Thread(target=_look_on_and_on, name="tell-apps", daemon=True).start()


@worker_shutdown.connect
def _end(**kwargs: Any) -> None:
    _stop.set()
    wake()
