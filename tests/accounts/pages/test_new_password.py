"""accounts/pages/new_password.py: a step; until it is done the person is nobody."""

import pytest

from accounts.models import Session, User
from tests.accounts.surfer import NEW, PASSWORD, Surfer, Tab


@pytest.fixture
def page(surfer: Surfer, bob: User) -> Tab:
    User.objects.update(must_reset_password=True)
    return surfer.open("/account/sessions").sign_in()


def test_nobody_is_signed_in_before_it_is_done(page: Tab, bob: User) -> None:
    assert page.url.startswith("/login/new-password?")
    assert "bob@example.com" in page.text
    assert not Session.objects.exists()
    assert not page.surfer.is_signed_in()
    assert page.send(new_password=NEW).url == "/account/sessions"
    assert page.surfer.is_signed_in()
    bob.refresh_from_db()
    assert bob.check_password(NEW) and not bob.must_reset_password


def test_the_old_one_is_no_new_one(page: Tab) -> None:
    again = page.send(new_password=PASSWORD)
    assert again.status == 400
    assert "did not use before" in again.text
    assert again.send(new_password=NEW).url == "/account/sessions"


def test_the_page_says_what_is_asked_of_it(page: Tab) -> None:
    assert "At least 15 characters. A few unrelated words make a good password." in page.text
    assert 'aria-describedby="id_new_password_helptext"' in page.text


def test_a_weak_one_is_refused(page: Tab) -> None:
    assert page.send(new_password="short").status == 400
    assert not Session.objects.exists()


def test_the_planted_cookie_does_not_walk_along_case_215(surfer: Surfer, bob: User) -> None:
    User.objects.update(must_reset_password=True)
    login = surfer.open("/account/sessions")
    planted = surfer.cookie
    step = login.sign_in()
    assert surfer.cookie != planted
    thief = Surfer()
    thief.cookie = planted
    for url in (login.url, step.url):
        assert not thief.open(url).shows("submit-password")
    # Not with the new cookie and the old login's id either: the id changed with the step.
    assert not surfer.open(login.url.replace("/login?", "/login/new-password?")).shows(
        "submit-password"
    )


def test_the_step_alone_is_worth_nothing(db: None) -> None:
    surfer = Surfer()
    for url in ("/login/new-password", "/login/new-password?login=x&next=/account/sessions"):
        assert surfer.open(url).shows("submit-login")


def test_disabled_or_reset_half_way_begins_anew_case_228(page: Tab) -> None:
    User.objects.update(is_active=False)
    assert page.send(new_password=NEW).shows("submit-login")
    User.objects.update(is_active=True, password="!changed meanwhile")
    assert page.reload().shows("submit-login")
    assert not Session.objects.exists()


def test_back_and_again_goes_on(page: Tab) -> None:
    first = page.surfer.open("/account/sessions")
    assert first.shows("submit-login")
    assert first.sign_in().url.startswith("/login/new-password?")
