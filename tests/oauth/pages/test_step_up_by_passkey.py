"""A client that wants two factors gets a passkey, and a token that says so."""

import pytest

from accounts import acr
from accounts.models import Passkey, Session, User
from oauth.models import Authorization, Client
from tests.oauth.visitor import Visitor, answer_of
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
