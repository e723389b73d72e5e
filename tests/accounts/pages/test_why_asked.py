"""Somebody who is signed in proves that it is them: they read why, and can turn back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Budget, Session, User
from tests.accounts.codes import code, messages, with_phone
from tests.accounts.surfer import PASSWORD, Surfer, Tab
from tests.support import authenticator

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home(bob: User) -> Surfer:
    """Signed in with the password alone."""
    surfer = Surfer()
    surfer.sign_in()
    return surfer


def _stale() -> None:
    Session.objects.update(confirmed_at=timezone.now() - timedelta(hours=1))


def _asked(home: Surfer, path: str) -> Tab:
    _stale()
    return home.open(path)


@pytest.mark.parametrize(
    ("path", "words", "back"),
    [
        ("/account/phone", "You are about to change your phone number.", "/account/profile"),
        ("/account/data", "You are about to download all your data.", "/account/profile"),
        (
            "/account/factors/passkey",
            "You are about to change how you sign in.",
            "/account/sign-in",
        ),
    ],
)
def test_the_page_says_why_and_leads_back(home: Surfer, path: str, words: str, back: str) -> None:
    page = _asked(home, path)
    assert page.shows("submit-confirm")
    assert f"{words} Please enter your password once more." in page.text
    assert page.link("turn-back") == back


def test_whoever_has_a_factor_reads_it_there_and_how_to_go_on_without_it(
    home: Surfer, bob: User
) -> None:
    authenticator.enrolled(bob)
    page = _asked(home, "/account/phone")
    assert page.shows("submit-verify")
    words = "You are about to change your phone number. For that we check once more that it is you."
    assert words in page.text
    assert page.link("turn-back") == "/account/profile"
    assert page.shows("lost-while-signed-in") and not page.shows("lost-factor")


def test_a_sign_in_gives_no_reason_and_no_way_back_into_an_account(bob: User) -> None:
    authenticator.enrolled(bob)
    page = Surfer().open("/account/phone").sign_in()
    assert page.shows("submit-verify")
    assert not page.shows("why-asked") and not page.shows("turn-back")


def test_opening_pages_sends_no_code_until_the_button_is_pressed(home: Surfer, bob: User) -> None:
    with_phone(bob)
    for path in ("/account/phone", "/account/email", "/account/phone"):
        page = _asked(home, path)
        assert page.shows("send-code") and not page.shows("submit-verify")
    assert not messages()
    waits = page.send(again="1")
    assert len(messages()) == 1
    assert waits.shows("submit-verify") and not waits.shows("send-code")
    waits.reload()
    assert len(messages()) == 1
    assert waits.send(otp_token=code()).url == "/account/phone"


def test_a_limit_is_told_beside_the_button(home: Surfer, bob: User) -> None:
    with_phone(bob)
    page = _asked(home, "/account/phone")
    for _ in range(8):
        page.send(again="1")
        page = _asked(home, "/account/phone")
    refused = page.send(again="1")
    assert refused.status == 429
    assert refused.shows("not-sent") and refused.shows("send-code")
    assert "Not arrived?" not in refused.text
    Budget.objects.all().delete()


def test_a_form_that_came_too_late_is_asked_for_once_more(home: Surfer, bob: User) -> None:
    page = home.open("/account/phone")
    _stale()
    asked = page.send(phone_number="+4915112345678")
    assert asked.shows("submit-confirm")
    assert "do it once more" not in asked.text
    back = asked.send(password=PASSWORD)
    assert back.url.partition("?")[0] == "/account/phone"
    assert "We know now that it is you. Nothing was changed yet" in back.text
    assert back.send(phone_number="+4915112345678").url.startswith("/account/phone?change=")


def test_a_page_that_was_only_opened_has_nothing_to_repeat(home: Surfer) -> None:
    assert "once more" not in _asked(home, "/account/phone").send(password=PASSWORD).text
