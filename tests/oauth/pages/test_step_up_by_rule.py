"""Who comes under the rule of a second factor while signed in is asked for it at the next app."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts import acr
from accounts.models import PendingLogin, Role, Session, TOTPDevice, User
from oauth.models import Authorization, Client
from tests.accounts.codes import with_mailbox
from tests.accounts.letters import code_to
from tests.oauth.queries import counted
from tests.oauth.visitor import PASSWORD, Visitor, answer_of
from tests.support import authenticator

pytestmark = pytest.mark.django_db


def becomes_treasurer(person: User) -> None:
    """By a role that includes one with the rule."""
    strict = Role.objects.create(name="treasurer", requires_second_factor=True)
    chief = Role.objects.create(name="chief")
    chief.includes.add(strict)
    person.roles.add(chief)


def everybody(settings: Any) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"second_factor": "everybody"})


def stale() -> None:
    Session.objects.update(confirmed_at=timezone.now() - timedelta(hours=5))


def _send(visitor: Visitor, code: str) -> None:
    visitor.post(visitor.url, {"otp_token": code})


def _set_up_totp(visitor: Visitor) -> None:
    visitor.get(visitor.link("set-up-totp"))
    seed = TOTPDevice.objects.get(confirmed=False).key
    visitor.post(visitor.url, {"otp_token": authenticator.code(seed), "name": "Phone"})
    assert visitor.shows("recovery-codes")
    code = visitor.text.split("<code>")[1].split("<")[0]
    sealed = visitor.text.split('name="sealed" value="')[1].split('"')[0]
    visitor.post(visitor.url, {"sealed": sealed, "recovery_code": code})


def test_a_role_gained_in_a_living_session_counts_at_the_next_app(
    visitor: Visitor, app: Client, person: User
) -> None:
    visitor.signed_in()
    authenticator.enrolled(person)
    session = Session.objects.get()
    becomes_treasurer(person)
    visitor.ask(app)
    assert not Authorization.objects.exists()
    assert visitor.shows("submit-verify")
    _send(visitor, authenticator.code())
    visitor.allow()
    row = Authorization.objects.get()
    assert row.session_id == session.pk
    assert set(row.amr) == {"pwd", "otp", "mfa"}


def test_silence_gets_an_error_instead_of_a_code(
    visitor: Visitor, trusted: Client, person: User
) -> None:
    visitor.signed_in()
    becomes_treasurer(person)
    assert answer_of(visitor.ask(trusted, prompt="none"))["error"] == "interaction_required"


@pytest.mark.parametrize("is_fresh", [True, False])
def test_whoever_has_no_factor_sets_one_up_once_and_goes_on(
    visitor: Visitor, app: Client, person: User, settings: Any, is_fresh: bool
) -> None:
    visitor.signed_in()
    everybody(settings)
    if not is_fresh:
        stale()
    visitor.ask(app)
    if not is_fresh:
        assert visitor.url.startswith("/login/confirm")
        visitor.post(visitor.url, {"password": PASSWORD})
    _set_up_totp(visitor)
    assert visitor.shows("consent-allow")
    visitor.ask(app)
    assert visitor.shows("consent-allow")


def test_a_code_by_mail_meets_the_rule_and_is_asked_for_once(
    visitor: Visitor, app: Client, person: User
) -> None:
    visitor.signed_in()
    with_mailbox(person)
    becomes_treasurer(person)
    visitor.ask(app)
    assert visitor.url.startswith("/login/email-code")
    visitor.press(again="1")
    _send(visitor, code_to("anna@example.com"))
    visitor.allow()
    row = Authorization.objects.get()
    assert row.amr == ["pwd", "email"]
    assert row.acr == acr.SINGLE_FACTOR
    visitor.ask(app)
    assert answer_of(visitor.page)["code"]


def test_a_code_by_mail_can_be_set_up_for_it(visitor: Visitor, app: Client, person: User) -> None:
    User.objects.update(email_verified=True)
    visitor.signed_in()
    becomes_treasurer(person)
    visitor.ask(app)
    visitor.get(visitor.link("set-up-email"))
    visitor.post(visitor.url, {"begin": "1"})
    _send(visitor, code_to("anna@example.com"))
    assert visitor.shows("recovery-codes")
    assert PendingLogin.objects.get(kind="step_up").amr == ["pwd", "email"]


def test_who_came_in_by_the_mailbox_adds_something_else(
    visitor: Visitor, app: Client, person: User, settings: Any
) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"magic_codes": True})
    visitor.signed_in()
    with_mailbox(person)
    Session.objects.update(amr=["email"])
    becomes_treasurer(person)
    visitor.ask(app)
    assert not visitor.shows("set-up-email")
    login = PendingLogin.objects.get(kind="step_up")
    back = visitor.link("set-up-totp")
    visitor.get(f"/account/factors/email?login={login.pk}")
    assert visitor.url.startswith("/account/factors/add")
    visitor.get(back.replace("/authenticator", "/add"))
    _set_up_totp(visitor)
    assert visitor.shows("consent-allow")
    assert Session.objects.get().amr == ["email", "otp"]


def _with_trust(visitor: Visitor, person: User) -> None:
    authenticator.enrolled(person)
    visitor.get("/apps")
    visitor.sign_in()
    visitor.post(visitor.url, {"otp_token": authenticator.code(), "trust_browser": "on"})
    authenticator.forget_use(person)
    Session.objects.all().close("test")
    visitor.signed_in()
    assert Session.objects.living().get().amr == ["pwd"]


def test_a_trusted_browser_spares_it_as_it_does_at_the_sign_in(
    visitor: Visitor, app: Client, person: User
) -> None:
    _with_trust(visitor, person)
    becomes_treasurer(person)
    visitor.ask(app)
    assert visitor.shows("consent-allow")
    person.trusted_browsers.all().delete()
    visitor.ask(app)
    assert visitor.shows("submit-verify")


def test_trust_spares_nothing_where_there_is_no_factor_any_more(
    visitor: Visitor, app: Client, person: User
) -> None:
    _with_trust(visitor, person)
    TOTPDevice.objects.all().delete()
    becomes_treasurer(person)
    visitor.ask(app)
    # A sign-in that was spared the factor is not fresh.
    visitor.post(visitor.url, {"password": PASSWORD})
    assert visitor.shows("set-up-totp")


def test_a_deployment_without_such_a_rule_pays_one_query(
    visitor: Visitor, app: Client, person: User
) -> None:
    visitor.signed_in()
    visitor.ask(app)
    page = visitor.url
    with counted() as without:
        visitor.browser.get(page)
    Session.objects.update(amr=["pwd", "otp", "mfa"], acr=acr.MULTI_FACTOR)
    with counted() as shown:
        visitor.browser.get(page)
    assert without.total() - shown.total() == 1
