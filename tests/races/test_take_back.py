"""“That wasn’t me” takes an address back while its thief keeps writing rows about the person."""

import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection

from accounts.actions import totp
from accounts.models import TOTPDevice, User
from oauth import issue
from tests.accounts.letters import code_to, link_to, to
from tests.accounts.surfer import Surfer, Tab, make_person
from tests.oauth.visitor import make_client, question
from tests.support import authenticator

pytestmark = pytest.mark.django_db(transaction=True)

MAIL, THIEF = "bob@example.com", "thief@evil.test"


@pytest.fixture
def thief(db: None) -> Surfer:
    make_person("bob", email_verified=True)
    Surfer().sign_in()
    surfer = Surfer(agent="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    surfer.sign_in()
    surfer.open("/account/email").send(email=THIEF).send(otp_token=code_to(THIEF))
    return surfer


def _mail() -> Tab:
    link = str(to(MAIL, "new_browser")[-1].context["not_me_link"])
    return Surfer().open(link.removeprefix(settings.SIGNET.issuer))


def _undo() -> Tab:
    return Surfer().open(link_to(MAIL, "email_changed"))


def _confirms_an_app(thief: Surfer) -> tuple[Any, str, Callable[[], Tab]]:
    page = thief.open("/account/factors/authenticator")
    seed = TOTPDevice.objects.get(confirmed=False).key
    return totp, "factor_added", lambda: page.send(otp_token=authenticator.code(seed), name="His")


def _opens_an_app(thief: Surfer) -> tuple[Any, str, Callable[[], Tab]]:
    client = make_client(first_party=True, token_endpoint_auth_method="client_secret_basic")
    url = f"/oauth/authorize?{urlencode(question(client))}"
    return issue, "_consent", lambda: thief.open(url)


@pytest.mark.parametrize("form", [_mail, _undo])
@pytest.mark.parametrize("thief_does", [_confirms_an_app, _opens_an_app])
def test_it_is_done_whatever_is_written_at_that_moment(
    thief: Surfer,
    thief_does: Callable[[Surfer], tuple[Any, str, Callable[[], Tab]]],
    form: Callable[[], Tab],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module, name, act = thief_does(thief)
    page = form()
    arrived, go_on = threading.Event(), threading.Event()
    real = getattr(module, name)

    def held(*args: Any, **values: Any) -> Any:
        arrived.set()
        go_on.wait(30)
        return real(*args, **values)

    monkeypatch.setattr(module, name, held)
    theirs = _in_thread(act)
    assert arrived.wait(30)
    monkeypatch.setattr(module, name, real)
    answers: list[Tab] = []
    owners = _in_thread(lambda: answers.append(page.send()))
    owners.join(0.5)
    go_on.set()
    theirs.join(30)
    owners.join(30)
    assert [one.status for one in answers] == [200]
    bob = User.objects.get()
    assert (bob.email, bob.has_usable_password()) == (MAIL, False)
    assert not thief.is_signed_in()
    assert not TOTPDevice.objects.filter(confirmed=True).exists()


def _in_thread(act: Callable[[], Any]) -> threading.Thread:
    def run() -> None:
        act()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread
