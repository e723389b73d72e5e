"""accounts/pages/security.py: the list of second factors, and taking one away."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import RecoveryCode, Session, TOTPDevice, TrustedBrowser, User
from tests.accounts.surfer import Surfer
from tests.support import authenticator

PAGE = "/account/sign-in"


@pytest.fixture
def home(bob: User) -> Surfer:
    authenticator.enrolled(bob)
    surfer = Surfer()
    surfer.sign_in().send(otp_token=authenticator.code())
    return surfer


def key() -> str:
    return f"totp/{TOTPDevice.objects.latest('created_at').pk}"


def test_the_last_one_goes_only_after_a_page_that_says_what_that_means(
    home: Surfer, bob: User
) -> None:
    authenticator.with_recovery_code(bob)
    asked = home.open(PAGE).send(remove=key())
    assert asked.shows("remove-last") and TOTPDevice.objects.exists()
    assert "Your recovery codes go with it" in asked.text
    assert asked.link("keep-factor") == PAGE
    done = home.post(PAGE, asked.hidden | {"remove": key(), "sure": "1"})
    assert not TOTPDevice.objects.exists() and not RecoveryCode.objects.exists()
    assert "Your password alone opens your account now." in done.text


def test_without_recovery_codes_none_are_spoken_of(home: Surfer) -> None:
    asked = home.open(PAGE).send(remove=key())
    assert "Your recovery codes" not in asked.text


def test_one_of_two_goes_at_once(home: Surfer, bob: User) -> None:
    authenticator.enrolled(bob)
    done = home.open(PAGE).send(remove=key())
    assert TOTPDevice.objects.count() == 1 and done.shows("factors")
    assert "Removed." in done.text


@pytest.mark.parametrize("junk", ["", "totp/", "x", "totp/00000000-0000-0000-0000-000000000000"])
def test_a_question_about_nothing_of_theirs_is_the_list(home: Surfer, junk: str) -> None:
    page = home.client.get(PAGE, {"remove": junk})
    assert page.status_code == 200 and b'id="factors"' in page.content


def test_looking_at_the_question_removes_nothing(home: Surfer) -> None:
    page = home.client.get(PAGE, {"remove": key(), "sure": "1"})
    assert b'id="remove-last"' in page.content and TOTPDevice.objects.exists()


def test_who_has_neither_password_nor_factor_is_not_told_that_the_password_opens_it(
    bob: User, surfer: Surfer
) -> None:
    surfer.sign_in()
    assert "Your password alone" in surfer.open(PAGE).text
    User.objects.update(password="!")
    assert "Your password alone" not in surfer.open(PAGE).text


def test_a_browser_is_trusted_less_without_a_fresh_proof(home: Surfer, bob: User) -> None:
    trusted = TrustedBrowser.objects.create(
        user=bob,
        browser=Session.objects.get().browser,
        password_state="-",
        expires_at=timezone.now() + timedelta(days=1),
    )
    Session.objects.update(confirmed_at="2020-01-01T00:00:00Z")
    page = home.open(PAGE)
    assert page.send(distrust="junk").status == 404
    assert "asked for the second factor again" in page.send(distrust=str(trusted.pk)).text
    assert not TrustedBrowser.objects.exists()
