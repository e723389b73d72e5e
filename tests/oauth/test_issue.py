"""One request, one outcome: also when everything arrives at once."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser

from accounts import authentication
from accounts.models import Session, User
from oauth.models import Answer, Authorization, Client, Consent, Participation, Subject
from tests.oauth.visitor import Visitor, answer_of, make_client, question

pytestmark = pytest.mark.django_db(transaction=True)
_TIMES = 8


def at_once(run: Callable[[int], Any]) -> list[Any]:
    """The answers of several threads released together, each with a connection of its own."""
    barrier = threading.Barrier(_TIMES)
    found: list[Any] = [None] * _TIMES

    def one(number: int) -> None:
        barrier.wait()
        try:
            found[number] = run(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(_TIMES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def same_browser(visitor: Visitor) -> Browser:
    browser = Browser(HTTP_HOST="localhost")
    browser.cookies = visitor.browser.cookies
    return browser


def test_a_page_opened_eight_times_at_once_gives_one_code(person: User) -> None:
    ours = make_client(first_party=True)
    visitor = Visitor().signed_in()
    url = visitor.browser.get("/oauth/authorize", question(ours)).headers["Location"]
    answers = at_once(lambda _: answer_of(same_browser(visitor).get(url)))
    assert len({answer["code"] for answer in answers}) == 1
    assert Authorization.objects.count() == 1
    assert Participation.objects.count() == 1
    assert Subject.objects.count() == 1


def test_eight_first_requests_at_once_all_succeed(person: User) -> None:
    """They meet at the session, the participation and the subject, and none of them breaks."""
    ours = make_client(first_party=True)
    visitor = Visitor().signed_in()
    urls = [
        visitor.browser.get("/oauth/authorize", question(ours)).headers["Location"]
        for _ in range(_TIMES)
    ]
    answers = at_once(lambda number: answer_of(same_browser(visitor).get(urls[number])))
    assert len({answer["code"] for answer in answers}) == _TIMES
    assert Participation.objects.count() == 1


def test_allow_and_deny_at_once_have_one_outcome(person: User, app: Client) -> None:
    visitor = Visitor().signed_in()
    visitor.ask(app)
    url, token = visitor.url, visitor.text.split('name="form_token" value="')[1].split('"')[0]

    def press(number: int) -> None:
        decision = "allow" if number % 2 else "deny"
        answer = same_browser(visitor).post(url, {"decision": decision, "form_token": token})
        if answer.headers.get("Location", "").startswith("/"):
            same_browser(visitor).get(answer.headers["Location"])

    at_once(press)
    row = Authorization.objects.get()
    assert (row.refused_at is None) == Consent.objects.exists()


def test_a_session_ended_meanwhile_gives_no_code(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = make_client(first_party=True)
    visitor = Visitor().signed_in()
    touch = authentication.touch

    def sign_out_elsewhere(session: Session) -> None:
        touch(session)
        Session.objects.filter(pk=session.pk).close("logout")

    visitor.get("/apps")
    monkeypatch.setattr(authentication, "touch", sign_out_elsewhere)
    visitor.ask(ours)
    assert visitor.shows("submit-login")
    assert not Authorization.objects.exists()


def test_only_the_last_twenty_requests_of_a_browser_are_remembered(
    person: User, app: Client
) -> None:
    visitor = Visitor().signed_in()
    for _ in range(22):
        visitor.ask(app, prompt="select_account")
        visitor.press(account=str(Session.objects.get().pk))
    assert Answer.objects.count() == 20
