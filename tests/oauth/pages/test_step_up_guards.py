"""A request for two factors, which anybody can write, is no way around the one there is."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts import acr
from accounts.end_access import end_access
from accounts.models import PendingLogin, Session, TOTPDevice, User
from oauth.models import Client
from tests.accounts.codes import with_mailbox
from tests.accounts.letters import code_to
from tests.oauth.visitor import PASSWORD, Visitor, answer_of
from tests.support import authenticator

pytestmark = pytest.mark.django_db

_ADD = "/account/factors/authenticator"


def _set_up_totp(visitor: Visitor) -> None:
    visitor.get(visitor.link("set-up-totp"))
    seed = TOTPDevice.objects.get(confirmed=False).key
    visitor.post(visitor.url, {"otp_token": authenticator.code(seed), "name": "Phone"})


def test_the_code_in_the_mailbox_comes_before_a_stronger_factor_is_added(
    visitor: Visitor, app: Client, person: User
) -> None:
    with_mailbox(person)
    visitor.ask(app, acr_values=acr.MULTI_FACTOR)
    visitor.sign_in()
    assert visitor.url.startswith("/login/email-code")
    login = PendingLogin.objects.get(user=person)
    for page in (_ADD, "/account/factors/add", "/account/factors/recovery-codes"):
        visitor.get(f"{page}?login={login.pk}")
        assert visitor.url.startswith("/login/email-code"), page
    visitor.post(visitor.url, {"otp_token": code_to("anna@example.com")})
    assert visitor.shows("set-up-totp")
    assert not Session.objects.exists()
    _set_up_totp(visitor)
    assert visitor.shows("recovery-codes")


def test_a_screen_left_alone_adds_no_factor(visitor: Visitor, app: Client, person: User) -> None:
    visitor.signed_in()
    with time_machine.travel(timezone.now() + timedelta(hours=5), tick=True):
        visitor.ask(app, acr_values=acr.MULTI_FACTOR)
        assert visitor.url.startswith("/login/confirm")
        login = PendingLogin.objects.get(kind="step_up")
        visitor.get(f"{_ADD}?login={login.pk}")
        assert visitor.url.startswith("/login/confirm")
        visitor.post(visitor.url, {"password": "not this one, surely"})
        assert visitor.url.startswith("/login/confirm")
        visitor.post(visitor.url, {"password": PASSWORD})
        assert visitor.shows("set-up-totp")


def test_from_a_session_that_was_ended_nothing_is_added(
    visitor: Visitor, app: Client, person: User
) -> None:
    visitor.signed_in()
    visitor.ask(app, acr_values=acr.MULTI_FACTOR)
    visitor.get(visitor.link("set-up-totp"))
    seed = TOTPDevice.objects.get(confirmed=False).key
    end_access(session=Session.objects.get(), reason="ended_by_owner")
    visitor.post(visitor.url, {"otp_token": authenticator.code(seed), "name": "Phone"})
    assert visitor.shows("submit-login")
    assert not TOTPDevice.objects.filter(confirmed=True).exists()


@pytest.fixture
def by_mail(visitor: Visitor, person: User, settings: Any) -> User:
    """Who came in by a code in their mailbox: nothing that is known was shown."""
    settings.SIGNET = settings.SIGNET.model_copy(update={"magic_codes": True})
    authenticator.enrolled(person)
    return person


def _by_mail(visitor: Visitor) -> None:
    visitor.get(visitor.link("magic-code"))
    visitor.post(visitor.url, {"email": "anna@example.com"})
    visitor.post(visitor.url, {"otp_token": code_to("anna@example.com")})


def test_mailbox_and_app_lack_the_password_and_no_page_comes_twice(
    visitor: Visitor, app: Client, by_mail: User
) -> None:
    visitor.ask(app, acr_values=acr.MULTI_FACTOR)
    _by_mail(visitor)
    visitor.post(visitor.url, {"otp_token": authenticator.code()})
    assert visitor.url.startswith("/login/confirm")
    visitor.post(visitor.url, {"password": PASSWORD})
    visitor.allow()
    assert answer_of(visitor.page)["code"]
    assert Session.objects.get().amr == ["email", "otp", "pwd", "mfa"]


def test_later_the_password_alone_is_asked_for(
    visitor: Visitor, app: Client, by_mail: User
) -> None:
    visitor.get("/apps")
    _by_mail(visitor)
    visitor.post(visitor.url, {"otp_token": authenticator.code()})
    assert Session.objects.get().acr == acr.SINGLE_FACTOR
    visitor.ask(app, acr_values=acr.MULTI_FACTOR)
    assert visitor.url.startswith("/login/confirm")
    visitor.post(visitor.url, {"password": PASSWORD})
    visitor.allow()
    assert answer_of(visitor.page)["code"]
    assert Session.objects.get().acr == acr.MULTI_FACTOR
