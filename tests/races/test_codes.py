"""One code, used and guessed at from many places at one moment."""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory

from accounts.actions import one_time_code
from accounts.actions.one_time_code import Purpose
from accounts.authentication import ensure_browser
from accounts.errors import CodeNotRight, SmsRefused, TooManyAttempts
from accounts.models import AuditEvent, OneTimeCode, OutboxMessage, Session
from tests.accounts.codes import code, messages, with_phone, wrong
from tests.accounts.surfer import Surfer, make_person

pytestmark = pytest.mark.django_db(transaction=True)
_THREADS, _EACH = 20, 5
PURPOSE, SUBJECT = Purpose("test", "code"), uuid.UUID(int=7)


def _at_once(do: Callable[[int], Any]) -> list[Any]:
    """What a hundred calls gave, twenty of them at every moment."""
    barrier = threading.Barrier(_THREADS)

    def one(number: int) -> list[Any]:
        barrier.wait(30)
        try:
            return [do(number * _EACH + turn) for turn in range(_EACH)]
        finally:
            connection.close()

    with ThreadPoolExecutor(_THREADS) as pool:
        return [answer for found in pool.map(one, range(_THREADS)) for answer in found]


@pytest.fixture
def browser() -> Any:
    request: Any = RequestFactory().post("/", REMOTE_ADDR="192.0.2.1")
    request.session = Client().session
    ensure_browser(request)
    return request


def _send(request: Any, subject: uuid.UUID = SUBJECT, **over: Any) -> OneTimeCode:
    values = {"channel": "email", "destination": "bob@example.com", **over}
    return one_time_code.send(request=request, purpose=PURPOSE, subject=subject, **values)


def _check(request: Any, typed: str) -> bool:
    try:
        one_time_code.check(request=request, purpose=PURPOSE, subject=SUBJECT, code=typed)
    except CodeNotRight:
        return False
    return True


def test_of_a_hundred_uses_of_one_code_exactly_one_wins(browser: Any) -> None:
    _send(browser)
    right = code()
    assert sum(_at_once(lambda _: _check(browser, right))) == 1


def test_of_a_hundred_guesses_at_most_five_are_looked_at_case_273(
    browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _send(browser)
    right, looked = code(), []
    real = one_time_code._digest

    def counted(row: OneTimeCode, typed: str) -> str:
        looked.append(typed)
        return real(row, typed)

    monkeypatch.setattr(one_time_code, "_digest", counted)
    assert not any(_at_once(lambda _: _check(browser, wrong(right))))
    assert len(looked) == 5
    assert not _check(browser, right)
    assert len(looked) == 5


def test_a_hundred_posts_of_the_right_code_start_one_session_case_240() -> None:
    bob = make_person("bob")
    with_phone(bob)
    surfer = Surfer()
    page = surfer.sign_in()
    right = code()
    tabs = []
    for _ in range(_THREADS):
        other = Surfer(surfer.client.defaults["REMOTE_ADDR"])
        other.client.cookies = surfer.client.cookies.copy()
        tabs.append(other)

    def send(at: int) -> int:
        tab = tabs[at // _EACH]
        token = page.text.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
        fields = {"csrfmiddlewaretoken": token, "otp_token": right}
        return tab.client.post(page.url, fields).status_code

    statuses = _at_once(send)
    assert set(statuses) <= {303, 400, 403, 429}
    assert Session.objects.filter(user=bob).count() == 1
    assert AuditEvent.objects.filter(name="login").count() == 1


def test_a_hundred_presses_send_one_message(browser: Any) -> None:
    rows = _at_once(lambda _: _try_send(browser))
    assert len({row for row in rows if row is not None}) == 1
    assert len(messages()) == 1


def _try_send(request: Any) -> uuid.UUID | None:
    try:
        return _send(request).pk
    except TooManyAttempts:
        return None


def test_the_days_cap_holds_to_the_message(browser: Any, settings: Any) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"sms_per_day": 7})
    requests = []
    for at in range(100):
        request: Any = RequestFactory().post("/", REMOTE_ADDR=f"10.0.{at}.1")
        request.session = browser.session
        requests.append(request)

    def send(at: int) -> str:
        number = f"+49151{at:02}345678"
        try:
            _send(requests[at], uuid.uuid4(), channel="sms", destination=number)
        except SmsRefused as error:
            return error.reason
        except TooManyAttempts:
            return "budget"
        return "sent"

    told = _at_once(send)
    assert told.count("sent") == OutboxMessage.objects.count() == 7
    assert told.count("spent") > 0
    assert AuditEvent.objects.filter(name="sms_cap_reached").count() == 1
