"""accounts/pages/username.py: another name to sign in with."""

import pytest

from accounts.models import Session, User
from tests.accounts.surfer import Surfer, make_person


@pytest.fixture
def home(bob: User) -> Surfer:
    surfer = Surfer()
    surfer.sign_in()
    return surfer


def test_the_new_name_signs_in_and_the_old_one_does_not(home: Surfer, bob: User) -> None:
    assert home.open("/account/username").send(username="Robert").url == "/account/profile"
    assert Surfer().sign_in("bob").status == 400
    assert Surfer().sign_in("robert").status == 200


@pytest.mark.parametrize("name", ["Carol", "carol ", "ｃａｒｏｌ", "a@b", "", "a b", "x" * 151])
def test_taken_and_impossible_names_are_refused(home: Surfer, bob: User, name: str) -> None:
    make_person("carol")
    page = home.open("/account/username").send(username=name)
    assert page.status == 400 and 'id="id_username_error"' in page.text
    bob.refresh_from_db()
    assert bob.username == "bob"


def test_names_cannot_be_tried_out_by_the_hundred(home: Surfer, bob: User) -> None:
    make_person("carol")
    page = home.open("/account/username")
    statuses = [page.send(username="carol").status for _ in range(6)]
    assert statuses == [400] * 5 + [429]


def test_an_old_sign_in_is_confirmed_first(home: Surfer, bob: User) -> None:
    Session.objects.update(confirmed_at="2020-01-01T00:00:00Z")
    page = home.open("/account/username")
    assert page.shows("submit-confirm")
