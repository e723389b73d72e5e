"""The same login form, sent many times at one moment by one browser."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection

from accounts.models import Browser, Session
from tests.accounts.surfer import PASSWORD, Surfer, make_person

_AT_ONCE = 8


@pytest.mark.django_db(transaction=True)
def test_every_press_goes_on_and_there_is_one_session(settings: Any) -> None:
    # The bound on hashes would turn some away with 503, which is another promise.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    make_person("bob", password=make_password(PASSWORD))
    surfer = Surfer()
    # Known here, so that the presses draw on the browser's own budget.
    surfer.sign_in()
    surfer.open("/sign-out").send()
    page = surfer.open("/account/password")
    token = page.text.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    data = {"username": "bob", "password": PASSWORD, "csrfmiddlewaretoken": token}
    presses = [Surfer(surfer.client.defaults["REMOTE_ADDR"]) for _ in range(_AT_ONCE)]
    for press in presses:
        press.cookie = surfer.cookie
    barrier = threading.Barrier(_AT_ONCE)

    def send(press: Surfer) -> tuple[int, str, bool]:
        barrier.wait(30)
        answer = press.post(page.url, data, follow=False)
        signed_in = press.is_signed_in()
        connection.close()
        return answer.status, answer.response.headers["Location"], signed_in

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = set(pool.map(send, presses))
    # Whichever answer the browser keeps, the person is signed in and where they wanted to be.
    assert answers == {(303, "/account/password", True)}
    living = Session.objects.living()
    assert living.values("browser").distinct().count() == living.count()
    assert living.filter(browser=Browser.objects.earliest("created_at")).count() == 1
