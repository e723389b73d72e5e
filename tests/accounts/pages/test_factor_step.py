"""Pages of the second factor, however old, doubled or overtaken they are."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import PendingLogin, Session, User
from tests.accounts.surfer import Surfer, Tab, make_person
from tests.support import authenticator

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> User:
    person = make_person("bob")
    authenticator.enrolled(person)
    return person


def at_factor(surfer: Surfer, path: str = "/account/password") -> Tab:
    page = surfer.open(path).sign_in()
    assert page.shows("submit-verify")
    return page


def test_pressed_twice_it_goes_on_once(bob: User) -> None:
    surfer = Surfer()
    page = at_factor(surfer)
    code = authenticator.code()
    first = page.send(otp_token=code)
    second = page.send(otp_token=code)
    assert first.url == second.url == "/account/password"
    assert Session.objects.living().count() == 1


def test_the_other_tabs_page_ends_where_its_own_login_was_to_lead(bob: User) -> None:
    surfer = Surfer()
    one, other = at_factor(surfer), at_factor(surfer, "/apps")
    # The other tab's sign-in replaced the cookie: this page says so, and keeps its own end.
    fresh = one.send(otp_token=authenticator.code())
    assert "out of date" in fresh.text
    assert fresh.send(otp_token=authenticator.code()).url == "/account/password"
    assert other.send(otp_token="123456").url == "/apps"


def test_a_page_of_yesterday_begins_again_for_the_same_end(bob: User) -> None:
    surfer = Surfer()
    page = at_factor(surfer)
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=True):
        again = page.send(otp_token=authenticator.code())
        assert again.shows("submit-login")
        step = again.sign_in()
        assert step.send(otp_token=authenticator.code()).url == "/account/password"


def test_back_from_the_next_page_and_forth_again(bob: User) -> None:
    surfer = Surfer()
    page = at_factor(surfer)
    page.send(otp_token=authenticator.code())
    assert page.reload().url == "/account/password"


def test_an_empty_field_says_so_and_spends_nothing(bob: User) -> None:
    surfer = Surfer()
    page = at_factor(surfer)
    for _ in range(10):
        assert page.send(otp_token="").status == 400
    assert page.send(otp_token=authenticator.code()).url == "/account/password"


@pytest.mark.parametrize(
    "junk", ["\0", "１２３４５６", "12 34", "x" * 4_000, "-12345", "1e5000", "😀"]
)
def test_junk_is_a_wrong_code(bob: User, junk: str) -> None:
    page = at_factor(Surfer())
    assert page.send(otp_token=junk).status == 400
    assert not Session.objects.exists()


@pytest.mark.parametrize("login", ["", "x", "0" * 36, "\0", "../../x"])
def test_a_login_that_is_none_leads_home(bob: User, login: str) -> None:
    surfer = Surfer()
    for path in ("second-factor", "authenticator", "recovery-code", "confirm"):
        shown = surfer.open(f"/login/{path}?login={login}&next=//evil.test")
        assert shown.status == 200
        assert shown.shows("submit-login") or shown.url == "/"


def test_another_browsers_half_login_is_worth_nothing(bob: User) -> None:
    page = at_factor(Surfer())
    stranger = Surfer()
    stranger.open("/account/sessions")
    assert stranger.open(page.url).shows("submit-login")
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token
    stranger.post(page.url, {"otp_token": authenticator.code(), "csrfmiddlewaretoken": token[1]})
    assert not Session.objects.exists()


def test_disabled_meanwhile_it_begins_again(bob: User) -> None:
    page = at_factor(Surfer())
    User.objects.update(is_active=False)
    assert page.send(otp_token=authenticator.code()).shows("submit-login")
    assert not Session.objects.exists()


def test_the_account_deleted_meanwhile_it_begins_again(bob: User) -> None:
    page = at_factor(Surfer())
    key = bob.pk
    bob.delete()
    assert page.send(otp_token=authenticator.code()).shows("submit-login")
    assert not PendingLogin.objects.filter(user=key).exists()
