"""A client that wants two factors: asked for during the login, or later and alone."""

import json

import pytest
from django.utils import timezone

from accounts import acr
from accounts.models import PendingLogin, Role, Session, TOTPDevice, User
from oauth import gate, grant_row
from oauth.errors import InvalidGrant
from oauth.models import Authorization, Client
from tests.oauth.visitor import Visitor, answer_of, make_client
from tests.support import authenticator

pytestmark = pytest.mark.django_db


@pytest.fixture
def with_app(person: User) -> User:
    authenticator.enrolled(person)
    return person


def _enter_code(visitor: Visitor, **more: str) -> None:
    assert visitor.shows("submit-verify"), visitor.text
    visitor.post(visitor.url, {"otp_token": authenticator.code(), **more})


def test_the_login_asks_whoever_has_a_factor(visitor: Visitor, app: Client, with_app: User) -> None:
    visitor.ask(app)
    visitor.sign_in()
    assert not Session.objects.exists()
    _enter_code(visitor)
    visitor.allow()
    row = Authorization.objects.get()
    assert set(row.amr) == {"pwd", "otp", "mfa"}
    assert row.acr == acr.MULTI_FACTOR


@pytest.mark.parametrize("how", ["acr_values", "claims", "client", "default"])
def test_only_what_is_missing_is_asked_of_a_session_case_250(
    visitor: Visitor, person: User, how: str
) -> None:
    wanted = {"id_token": {"acr": {"essential": True, "value": acr.MULTI_FACTOR}}}
    asked = {
        "acr_values": {"acr_values": acr.MULTI_FACTOR},
        "claims": {"claims": json.dumps(wanted)},
    }.get(how, {})
    app = make_client(
        require_second_factor=how == "client",
        default_acr_values=[acr.MULTI_FACTOR] if how == "default" else [],
    )
    visitor.signed_in()
    authenticator.enrolled(person)
    session = Session.objects.get()
    visitor.ask(app, **asked)
    assert not visitor.shows("submit-login")
    _enter_code(visitor)
    visitor.allow()
    row = Authorization.objects.get()
    assert row.session_id == session.pk
    assert row.acr == acr.MULTI_FACTOR
    assert row.auth_time == session.auth_time
    session.refresh_from_db()
    assert session.ended_at is None
    assert session.acr == acr.MULTI_FACTOR


def test_whoever_has_no_factor_sets_one_up_and_goes_on_case_250(
    visitor: Visitor, app: Client, person: User
) -> None:
    visitor.ask(app, acr_values=acr.MULTI_FACTOR)
    visitor.sign_in()
    assert visitor.shows("set-up-totp")
    visitor.get(visitor.link("set-up-totp"))
    seed = TOTPDevice.objects.get(confirmed=False).key
    visitor.post(visitor.url, {"otp_token": authenticator.code(seed), "name": "Phone"})
    assert visitor.shows("recovery-codes")
    assert not Session.objects.exists()
    text = visitor.text
    code = text[text.index("<code>") + 6 :][:19]
    sealed = text[text.index('name="sealed" value="') + 21 :].partition('"')[0]
    visitor.post(visitor.url, {"sealed": sealed, "recovery_code": code.lower()})
    visitor.allow()
    assert answer_of(visitor.page)["code"]
    assert Authorization.objects.get().acr == acr.MULTI_FACTOR


def test_silence_gets_an_error_case_250(visitor: Visitor, trusted: Client, person: User) -> None:
    visitor.signed_in()
    answer = answer_of(visitor.ask(trusted, prompt="none", acr_values=acr.MULTI_FACTOR))
    assert answer["error"] == "interaction_required"


def test_turning_away_keeps_the_session(visitor: Visitor, trusted: Client, person: User) -> None:
    visitor.signed_in()
    authenticator.enrolled(person)
    visitor.ask(trusted, acr_values=acr.MULTI_FACTOR)
    visitor.get(visitor.link("login-cancel"))
    assert answer_of(visitor.page)["error"] == "access_denied"
    assert Session.objects.living().get().acr == acr.SINGLE_FACTOR


def test_a_second_factor_is_no_sign_in(visitor: Visitor, app: Client, with_app: User) -> None:
    visitor.ask(app)
    visitor.sign_in()
    _enter_code(visitor)
    Session.objects.update(amr=["pwd"], acr=acr.SINGLE_FACTOR)
    authenticator.forget_use(with_app)
    visitor.ask(app, prompt="login", acr_values=acr.MULTI_FACTOR)
    assert visitor.shows("submit-login")
    visitor.sign_in()
    _enter_code(visitor)
    assert visitor.shows("consent-allow")


def test_a_trusted_browser_is_not_asked_again_but_claims_no_more_than_was_shown(
    visitor: Visitor, app: Client, with_app: User
) -> None:
    visitor.ask(app)
    visitor.sign_in()
    _enter_code(visitor, trust_browser="on")
    authenticator.forget_use(with_app)
    visitor.ask(app, prompt="login")
    visitor.sign_in()
    visitor.allow()
    row = Authorization.objects.get()
    assert row.amr == ["pwd"]
    assert row.acr == acr.SINGLE_FACTOR
    # A client that demands two factors gets them, trusted or not.
    visitor.ask(app, acr_values=acr.MULTI_FACTOR)
    assert visitor.shows("submit-verify")


def test_a_role_can_ask_for_it(visitor: Visitor, app: Client, person: User) -> None:
    person.roles.add(Role.objects.create(name="treasurer", requires_second_factor=True))
    visitor.ask(app)
    visitor.sign_in()
    assert visitor.shows("set-up-totp")
    assert not Session.objects.exists()


def test_what_a_client_demands_later_holds_for_what_it_has(
    visitor: Visitor, app: Client, person: User
) -> None:
    visitor.ask(app)
    visitor.sign_in()
    visitor.allow()
    row = grant_row.read(Authorization.objects.get().pk)
    assert row is not None
    gate.may_issue(row, timezone.now())
    Client.objects.update(require_second_factor=True)
    row = grant_row.read(row.id)
    assert row is not None
    with pytest.raises(InvalidGrant) as refused:
        gate.may_issue(row, timezone.now())
    assert refused.value.reason == "second_factor_missing"


def test_a_login_left_half_way_opens_nothing_case_235(
    visitor: Visitor, trusted: Client, with_app: User
) -> None:
    visitor.ask(trusted)
    visitor.sign_in()
    assert visitor.shows("submit-verify")
    half = visitor.url
    answer = answer_of(visitor.ask(trusted, prompt="none"))
    assert answer["error"] == "login_required"
    for page in ("/apps", "/account/sign-in", "/account/factors/authenticator", "/admin/"):
        visitor.get(page)
        assert visitor.shows("submit-login"), page
    login = PendingLogin.objects.get(pk=half.split("login=")[1][:36])
    for page in ("/account/factors/authenticator", "/account/factors/recovery-codes"):
        visitor.get(f"{page}?login={login.pk}")
        assert visitor.shows("submit-verify"), page
    assert not Session.objects.exists()
    assert not Authorization.objects.exists()
