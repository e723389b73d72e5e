"""Links that work lie nowhere in the database, also while their page is open."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session as CookieRow

from accounts.actions.not_me import not_me_link
from accounts.models import User
from tests.accounts import letters
from tests.accounts.joining import allow, ask, link_for
from tests.accounts.pages.test_invitation import an_invitation
from tests.accounts.surfer import Surfer, make_person
from tests.support import authenticator

pytestmark = pytest.mark.django_db


def _reset(bob: User) -> str:
    Surfer().open("/password/forgot").send(email=bob.email)
    return letters.link_to(bob.email, "password_reset")


def _undo(bob: User) -> str:
    surfer = Surfer()
    surfer.sign_in()
    tab = surfer.open("/account/email").send(email="new@example.com")
    tab.send(otp_token=letters.code_to("new@example.com"))
    return letters.link_to(bob.email, "email_changed")


def _not_me(bob: User) -> str:
    return not_me_link(bob).removeprefix("http://localhost:8000")


def _stop(bob: User) -> str:
    authenticator.enrolled(bob)
    surfer = Surfer()
    surfer.open(surfer.sign_in().link("lost-factor")).send(begin="1")
    url = urlsplit(letters.to(bob.email, "recovery_started")[-1].context["cancel_link"])
    return f"{url.path}?{url.query}"


def _join(bob: User) -> str:
    ask(Surfer())
    return link_for("cleo@example.com")


def _be_invited(bob: User) -> str:
    an_invitation(make_person("ada", is_staff=True, is_superuser=True))
    return link_for("cleo@example.com")


@pytest.mark.parametrize("link", [_reset, _undo, _not_me, _stop, _join, _be_invited])
def test_the_secret_of_an_opened_link_is_sealed_in_the_session(
    bob: User, link: Callable[[User], str], settings: Any
) -> None:
    allow(settings)
    User.objects.filter(pk=bob.pk).update(email_verified=True)
    path = link(bob)
    (secret,) = parse_qs(urlsplit(path).query)["token"]
    before = {row.pk for row in CookieRow.objects.all()}
    tab = Surfer().open(path)
    assert tab.status == 200
    assert "token=" not in tab.url
    rows = CookieRow.objects.exclude(pk__in=before)
    assert rows
    kept = str([row.get_decoded() for row in rows])
    assert urlsplit(tab.url).path.startswith(urlsplit(path).path)
    assert secret not in kept
