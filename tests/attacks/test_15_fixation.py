"""Group 15: a cookie planted before any step of a login is nobody's after it (session fixation)."""

import re
from typing import Any

import pytest

from accounts.models import OutboxMessage, User
from accounts.notifications.email import compose
from tests.accounts.surfer import NEW, Surfer, Tab, make_person
from tests.support import authenticator
from tests.support.authenticator import code

pytestmark = pytest.mark.django_db(transaction=True)


def _worth_nothing(planted: str, *pages: Tab) -> None:
    thief = Surfer()
    thief.cookie = planted
    assert not thief.is_signed_in()
    for page in pages:
        seen = thief.open(page.url)
        assert not seen.shows("submit-verify") and not seen.shows("submit-password"), page.url


def test_after_a_second_factor_case_215(db: Any) -> None:
    person = make_person("bob")
    authenticator.enrolled(person)
    victim = Surfer()
    login = victim.open("/account/sessions")
    before = victim.cookie
    factor = login.sign_in()
    assert factor.shows("submit-verify")
    between = victim.cookie
    assert between != before
    _worth_nothing(before, login, factor)
    factor.send(otp_token=code())
    assert victim.is_signed_in()
    assert victim.cookie not in (before, between)
    for planted in (before, between):
        _worth_nothing(planted, login, factor)


def test_after_a_reset_case_215(db: Any) -> None:
    make_person("bob")
    victim = Surfer()
    forgot = victim.open(victim.open("/account/sessions").link("forgot-password"))
    forgot.send(email="bob@example.com")
    planted = victim.cookie
    mail = compose(OutboxMessage.objects.get(purpose="password_reset"))
    link = re.search(r"http://localhost:8000(/password/reset\?\S+)", str(mail.body))
    assert link
    page = victim.open(link[1])
    # The link's token is with the browser that opened it; the planted cookie must not share it.
    thief = Surfer()
    thief.cookie = planted
    assert not thief.open("/password/reset").shows("submit-password")
    page.send(new_password=NEW)
    after_reset = victim.cookie
    victim.sign_in(password=NEW)
    assert victim.is_signed_in()
    assert victim.cookie not in (planted, after_reset)
    for one in (planted, after_reset):
        _worth_nothing(one)


def test_after_a_login_that_began_anew_case_215(db: Any) -> None:
    """The person was changed half-way, so the login starts from its first step."""
    person = make_person("bob")
    authenticator.enrolled(person)
    victim = Surfer()
    login = victim.open("/account/sessions")
    first = victim.cookie
    factor = login.sign_in()
    second = victim.cookie
    User.objects.update(password="!changed meanwhile")
    again = factor.send(otp_token=code())
    assert again.shows("submit-login")
    User.objects.update(password=make_person("twin").password)
    authenticator.forget_use(person)
    factor = again.sign_in()
    third = victim.cookie
    factor.send(otp_token=code())
    assert victim.is_signed_in()
    assert len({first, second, third, victim.cookie}) == 4
    for planted in (first, second, third):
        _worth_nothing(planted, login, factor, again)
