"""prompt=create: an app sends somebody who has no account yet."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from oauth.models import Authorization, Client
from tests.accounts.joining import NEW, allow, code_for
from tests.oauth.visitor import Visitor, answer_of, question

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(settings: Any) -> None:
    allow(settings)


def register(visitor: Visitor) -> Any:
    visitor.post(visitor.url, {"email": "cleo@example.com", "new_password": NEW})
    return visitor.post(visitor.url, {"otp_token": code_for("cleo@example.com")})


def test_it_leads_to_the_registration_and_back_to_the_app(visitor: Visitor, app: Client) -> None:
    visitor.ask(app, prompt="create", login_hint="cleo@example.com")
    assert visitor.shows("submit-register")
    assert "Acme Orders" in visitor.text
    assert 'value="cleo@example.com"' in visitor.text
    register(visitor)
    assert visitor.shows("consent-allow")
    assert "code" in answer_of(visitor.allow())
    assert Authorization.objects.get().user == User.objects.get(email="cleo@example.com")
    assert Authorization.objects.get().amr == ["pwd"]


def test_without_the_prompt_the_link_on_the_login_page_does_the_same(
    visitor: Visitor, app: Client
) -> None:
    visitor.ask(app)
    visitor.get(visitor.link("register"))
    assert "Acme Orders" in visitor.text
    register(visitor)
    assert "code" in answer_of(visitor.allow())


def test_whoever_is_signed_in_is_asked_all_the_same(
    visitor: Visitor, app: Client, person: User
) -> None:
    visitor.signed_in()
    visitor.ask(app, prompt="create")
    assert visitor.shows("submit-register")
    register(visitor)
    visitor.allow()
    row = Authorization.objects.get()
    assert row.user != person
    assert row.user.email == "cleo@example.com"


def test_whoever_waited_for_the_approval_signs_in_and_goes_on_to_the_app(
    visitor: Visitor, app: Client, settings: Any
) -> None:
    allow(settings, "approval")
    visitor.ask(app, prompt="create")
    register(visitor)
    waiting = visitor.url
    assert waiting.startswith("/login/approval")
    User.objects.filter(email="cleo@example.com").update(approval="")
    with time_machine.travel(timezone.now() + timedelta(hours=3), tick=True):
        visitor.get(waiting)
        assert visitor.shows("submit-login")
        assert 'value="cleo"' in visitor.text
        visitor.sign_in("cleo", NEW)
        assert "code" in answer_of(visitor.allow())


def test_what_somebody_made_for_another_request_is_none_for_this_one(
    visitor: Visitor, app: Client, settings: Any
) -> None:
    allow(settings, "approval")
    visitor.ask(app, prompt="create")
    register(visitor)
    visitor.ask(app, prompt="create")
    assert visitor.shows("submit-register")


def test_whoever_has_an_account_signs_in_instead(visitor: Visitor, app: Client) -> None:
    visitor.ask(app, prompt="create")
    visitor.get(visitor.link("sign-in"))
    visitor.sign_in()
    assert "code" in answer_of(visitor.allow())


def test_with_login_and_consent_each_is_asked_once(visitor: Visitor, app: Client) -> None:
    visitor.ask(app, prompt="create login consent")
    register(visitor)
    assert visitor.shows("consent-allow")
    assert "code" in answer_of(visitor.allow())


def test_turning_away_answers_the_app(visitor: Visitor, app: Client) -> None:
    visitor.ask(app, prompt="create")
    visitor.get(visitor.link("login-cancel"))
    assert "access_denied" in (visitor.text + visitor.page.headers.get("Location", ""))


@pytest.mark.parametrize("mode", ["closed", "invite"])
def test_where_nobody_can_join_it_is_no_supported_value(
    visitor: Visitor, app: Client, settings: Any, mode: str
) -> None:
    allow(settings, mode)
    found = visitor.browser.get("/.well-known/openid-configuration").json()
    assert "create" not in found["prompt_values_supported"]
    visitor.ask(app, prompt="create")
    assert "invalid_request" in (visitor.text + visitor.page.headers.get("Location", ""))
    allow(settings, "open")
    found = visitor.browser.get("/.well-known/openid-configuration").json()
    assert "create" in found["prompt_values_supported"]


def test_none_beside_it_is_refused(visitor: Visitor, app: Client) -> None:
    visitor.get("/oauth/authorize", question(app, prompt="none create"))
    assert "invalid_request" in (visitor.text + visitor.page.headers.get("Location", ""))


def test_a_second_factor_that_the_request_demands_is_set_up_first(
    visitor: Visitor, app: Client
) -> None:
    visitor.ask(app, prompt="create", acr_values="urn:signet:acr:multi-factor")
    register(visitor)
    assert visitor.url.startswith("/account/factors/add")
    assert not Authorization.objects.exists()
