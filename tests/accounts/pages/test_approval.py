"""Whoever waits for an administrator sees how it stands, and gets no session."""

from typing import Any

import pytest
from django.test import RequestFactory

from accounts.actions.approve import approve, refuse
from accounts.models import OutboxMessage, Session, User
from accounts.notifications.email import compose
from tests.accounts.joining import allow, join
from tests.accounts.surfer import Surfer, make_person

pytestmark = pytest.mark.django_db
_REQUEST = RequestFactory().get("/")


@pytest.fixture(autouse=True)
def _approved_only(settings: Any) -> None:
    allow(settings, "approval")


@pytest.fixture
def ada(db: None) -> User:
    return make_person("ada", is_staff=True, is_superuser=True)


def test_after_the_proof_there_is_a_page_and_no_session(ada: User) -> None:
    surfer = Surfer()
    page = join(surfer)
    assert page.shows("approval-waiting")
    assert not surfer.is_signed_in()
    assert not Session.objects.exists()
    cleo = User.objects.get(username="cleo")
    assert (cleo.approval, cleo.email_verified) == ("waiting", True)
    # Signing in leads there too, and a wrong password learns nothing of it.
    assert Surfer().sign_in("cleo", "a quite different sentence").shows("approval-waiting")
    assert Surfer().sign_in("cleo", "something wrong altogether").shows("submit-login")


def test_the_open_page_goes_on_once_it_was_approved(ada: User) -> None:
    surfer = Surfer()
    page = join(surfer)
    cleo = User.objects.get(username="cleo")
    assert page.reload().shows("approval-waiting")
    assert approve(request=_REQUEST, actor=ada, person=cleo)
    assert page.reload().url == "/"
    assert surfer.is_signed_in()


def test_a_refused_person_reads_so_and_stays_out(ada: User) -> None:
    surfer = Surfer()
    page = join(surfer)
    cleo = User.objects.get(username="cleo")
    assert refuse(request=_REQUEST, actor=ada, person=cleo)
    assert page.reload().shows("approval-refused")
    assert Surfer().sign_in("cleo", "a quite different sentence").shows("approval-refused")
    assert not Session.objects.exists()


def test_those_who_decide_hear_of_it_once_an_hour_and_nobody_else(ada: User) -> None:
    make_person("sam", is_staff=True)
    make_person("bob")
    for number in range(3):
        join(Surfer(), f"person{number}@example.com")
    told = [one for one in OutboxMessage.objects.all() if one.purpose == "approval_waiting"]
    assert [one.user for one in told] == [ada]
    assert "/admin/accounts/user/?approval__exact=waiting" in str(compose(told[0]).body)


def test_the_page_is_nobodys_without_a_login() -> None:
    assert Surfer().open("/login/approval").shows("submit-login")
