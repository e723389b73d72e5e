"""A worker that dies in mid-send, and a queue that is gone, lose no message to an app."""

import os
import time
from collections.abc import Iterator

import pytest

from tests.support.browser import Browser
from tests.support.callback import Callback
from tests.support.people import Person
from tests.support.seeded import POST_LOGOUT_URI
from tests.support.telling import App, Telling, begin
from tests.support.told_app import Answer, eventually

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.xdist_group("faults")]

_LONG_AGO = "UPDATE oauth_logoutnotice SET claimed_at = claimed_at - interval '10 minutes'"


@pytest.fixture
def without_queue() -> Iterator[Telling]:
    """Nothing listens where the queue should be."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    found = begin(f"told_faults_{worker}", SIGNET_QUEUE_URL="redis://127.0.0.1:1/0")
    yield found
    found.stop()


def _sign_in_and_out(telling: Telling, app: App) -> None:
    browser: Browser = telling.signet.op.browser()
    person: Person = telling.signet.person()
    hint = app.rp.log_in(browser, person)["id_token"]
    params = {"id_token_hint": hint, "post_logout_redirect_uri": POST_LOGOUT_URI}
    assert isinstance(browser.open(telling.signet.op.url("end_session"), params), Callback)


def _kill(telling: Telling) -> None:
    telling.worker.popen.kill()
    telling.worker.popen.wait()


def test_without_a_queue_apps_are_told_all_the_same_and_once(without_queue: Telling) -> None:
    telling = without_queue
    apps = [telling.app() for _ in range(3)]
    for app in apps:
        _sign_in_and_out(telling, app)
    for app in apps:
        telling.settled(app, ("sent", 1), columns="status, attempts")
    time.sleep(11)  # one more round of the watch
    assert [len(telling.apps.at(app.path)) for app in apps] == [1, 1, 1]


def test_what_a_killed_worker_had_in_hand_goes_again_with_a_token_of_its_own(
    without_queue: Telling,
) -> None:
    telling, app = without_queue, without_queue.app()
    telling.apps.answers[app.path] = Answer(holds=60)
    _sign_in_and_out(telling, app)
    telling.apps.wait_for(app.path)
    _kill(telling)
    assert telling.rows(app, "status, attempts") == [("sending", 1)]

    del telling.apps.answers[app.path]
    telling.start_worker()
    control = telling.app()
    _sign_in_and_out(telling, control)
    telling.settled(control, ("sent",))  # the new worker is at work
    assert telling.rows(app, "status, attempts") == [("sending", 1)], "its worker might live"
    telling.signet.sql(_LONG_AGO)
    telling.settled(app, ("sent", 2), columns="status, attempts")
    first, second = (telling.check(app, told.token) for told in telling.apps.at(app.path))
    assert first["jti"] != second["jti"]
    assert (first["sid"], first["sub"]) == (second["sid"], second["sub"])


def test_many_workers_killed_again_and_again_lose_nothing(without_queue: Telling) -> None:
    """Duplicates: no more than each kill could leave half-done."""
    telling, kills = without_queue, 3
    apps = [telling.app() for _ in range(30)]
    _kill(telling)
    for app in apps:
        telling.apps.answers[app.path] = Answer(holds=0.3)
        _sign_in_and_out(telling, app)
    for _ in range(kills):
        before = len(telling.apps.told)
        telling.start_worker()
        eventually(lambda before=before: len(telling.apps.told) > before, "a worker at work")
        _kill(telling)
        telling.signet.sql(_LONG_AGO)
    telling.start_worker()
    for app in apps:
        telling.settled(app, ("sent",))
    came = [len(telling.apps.at(app.path)) for app in apps]
    assert min(came) == 1
    assert sum(came) <= len(apps) + kills * 8
