"""A sign-in with the old password that is just finishing, while its owner shuts the thief out."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from accounts import finish_login
from accounts.actions.administer_person import save_person
from accounts.actions.not_me import not_me_link
from accounts.models import User
from tests.accounts.surfer import NEW, PASSWORD, Surfer, Tab, make_person

pytestmark = pytest.mark.django_db(transaction=True)


def _change_password(owner: Surfer) -> Tab:
    return owner.open("/account/password").send(current_password=PASSWORD, new_password=NEW)


def _end_others(owner: Surfer) -> Tab:
    # The page has no button for it: nobody else is there when it is opened.
    form = owner.open("/account/profile").hidden
    return owner.post("/account/sessions", form | {"all": "1"})


def _by_mail(owner: Surfer) -> Tab:
    link = not_me_link(User.objects.get()).removeprefix(settings.SIGNET.issuer)
    return Surfer().open(link).send()


def _disable(owner: Surfer) -> Tab:
    person = User.objects.get()
    person.is_active = False
    save_person(person=person, changed={"is_active"}, created=False)
    User.objects.update(is_active=True)  # enabled again later: nothing from before lives on
    return owner.open("/")


@pytest.mark.parametrize("act", [_change_password, _end_others, _by_mail, _disable])
def test_the_thief_is_out_whoever_was_first(
    act: Callable[[Surfer], Tab], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_person("bob")
    owner, thief = Surfer(), Surfer()
    owner.sign_in()
    page = thief.open("/account/sessions")
    arrived, go_on = threading.Event(), threading.Event()
    real = finish_login.tell_of_new_browser

    def held(*args: Any) -> None:
        arrived.set()
        go_on.wait(30)
        real(*args)

    def in_thread(what: Callable[[], Tab], into: list[Tab]) -> threading.Thread:
        def run() -> None:
            into.append(what())
            connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    monkeypatch.setattr(finish_login, "tell_of_new_browser", held)
    came: list[Tab] = []
    done: list[Tab] = []
    thief_signs_in = in_thread(page.sign_in, came)
    assert arrived.wait(30)
    owner_acts = in_thread(lambda: act(owner), done)
    # Either it waits for the login, or it is done and the login sees it. Then both go on.
    owner_acts.join(1)
    go_on.set()
    thief_signs_in.join(30)
    owner_acts.join(30)
    assert done and done[0].status < 500
    assert came and came[0].status < 500
    assert not thief.is_signed_in()
