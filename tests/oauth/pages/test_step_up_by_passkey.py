"""A client that wants two factors gets a passkey, and a token that says so."""

from typing import Any

import pytest

from accounts import acr
from accounts.models import Passkey, PendingLogin, Session, User
from oauth.models import Authorization, Client
from tests.accounts.letters import code_to
from tests.oauth.visitor import PASSWORD, Visitor, answer_of
from tests.support.security_key import PRESENT, Authenticator

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(person: User) -> Authenticator:
    """The person's passkey, added in another browser."""
    visitor, found = Visitor().signed_in(), Authenticator()
    visitor.get("/account/factors/passkey")
    visitor.press(passkey=found.create(visitor), name="Key")
    Session.objects.all().delete()
    return found


def test_only_the_passkey_is_asked_of_a_session(
    visitor: Visitor, app: Client, person: User
) -> None:
    visitor.signed_in()
    other, key = Visitor().signed_in(), Authenticator()
    other.get("/account/factors/passkey")
    other.press(passkey=key.create(other))
    session = Session.objects.get(browser=visitor.browser.session["browser"])
    visitor.ask(app, acr_values=acr.MULTI_FACTOR)
    assert visitor.url.startswith("/login/passkey?")
    visitor.post(visitor.url, {"passkey": key.get(visitor)})
    visitor.allow()
    row = Authorization.objects.get()
    assert row.session_id == session.pk and row.auth_time == session.auth_time
    assert row.acr == acr.MULTI_FACTOR and set(row.amr) == {"pwd", "hwk", "user", "mfa"}


def test_alone_it_is_two_factors(visitor: Visitor, app: Client, key: Authenticator) -> None:
    visitor.ask(app, acr_values=acr.MULTI_FACTOR)
    visitor.post(visitor.url, {"passkey": key.get(visitor)})
    visitor.allow()
    row = Authorization.objects.get()
    assert row.acr == acr.MULTI_FACTOR and set(row.amr) == {"hwk", "user", "mfa"}
    assert answer_of(visitor.page)["code"]


def test_alone_it_needs_its_owner(visitor: Visitor, app: Client, key: Authenticator) -> None:
    key.flags = PRESENT
    visitor.ask(app, acr_values=acr.MULTI_FACTOR)
    visitor.post(visitor.url, {"passkey": key.get(visitor)})
    assert visitor.shows("passkey-refused") and not Session.objects.exists()


def test_whoever_has_no_factor_adds_one_and_goes_on(
    visitor: Visitor, app: Client, person: User
) -> None:
    visitor.ask(app, acr_values=acr.MULTI_FACTOR)
    visitor.sign_in()
    assert visitor.shows("set-up-passkey")
    visitor.get(visitor.url.replace("/account/factors/add?", "/account/factors/passkey?"))
    visitor.post(visitor.url, {"passkey": Authenticator().create(visitor), "name": "Key"})
    assert visitor.shows("recovery-codes") and not Session.objects.exists()
    assert Passkey.objects.get().user == person
    assert set(PendingLogin.objects.get().amr) == {"pwd", "hwk", "user", "mfa"}


def test_a_touch_after_a_code_by_mail_is_presence_and_no_second_kind(
    visitor: Visitor, app: Client, key: Authenticator, settings: Any
) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"magic_codes": True})
    key.flags = PRESENT
    visitor.ask(app, acr_values=acr.MULTI_FACTOR)
    visitor.get(visitor.link("magic-code"))
    visitor.post(visitor.url, {"email": "anna@example.com"})
    visitor.post(visitor.url, {"otp_token": code_to("anna@example.com")})
    visitor.post(visitor.url, {"passkey": key.get(visitor)})
    assert visitor.url.startswith("/login/confirm")
    assert set(PendingLogin.objects.get(completed_at=None).amr) == {"email", "hwk", "user"}
    visitor.post(visitor.url, {"password": PASSWORD})
    visitor.allow()
    assert set(Authorization.objects.get().amr) == {"email", "hwk", "user", "pwd", "mfa"}


def test_an_owner_checked_in_a_session_from_before_is_asked_nothing(
    visitor: Visitor, app: Client, person: User
) -> None:
    visitor.signed_in()
    Session.objects.update(amr=["hwk", "user", "mfa"], acr=acr.MULTI_FACTOR)
    visitor.ask(app, acr_values=acr.MULTI_FACTOR)
    visitor.allow()
    assert Authorization.objects.get().amr == ["hwk", "user", "mfa"]
