"""A further second factor costs one entry, one page and one template (tests/accounts/made_up/)."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts import second_factors
from accounts.actions.security_notice import notify
from accounts.models import Session, User
from accounts.notifications.letter import letter
from tests.accounts.letters import to
from tests.accounts.made_up.grid_card import FACTOR, GridCard
from tests.accounts.surfer import Surfer, make_person
from tests.support import authenticator

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.made_up.urls")]


@pytest.fixture
def bob(monkeypatch: pytest.MonkeyPatch, settings: Any) -> User:
    monkeypatch.setattr(second_factors, "FACTORS", (FACTOR, *second_factors.FACTORS))
    templates = Path(__file__).with_name("made_up")
    first = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**first, "DIRS": [*first["DIRS"], templates]}]
    with connection.schema_editor() as editor:
        editor.create_model(GridCard)
    person = make_person("bob")
    GridCard.objects.create(user=person, word="acorn")
    return person


def test_the_login_asks_for_it_and_tells_what_was_shown(bob: User) -> None:
    page = Surfer().open("/account/sign-in").sign_in()
    assert "Which word stands at B7?" in page.text
    wrong = page.send(otp_token="walnut")
    assert wrong.status == 400
    assert not Session.objects.living().exists()
    assert wrong.send(otp_token="acorn").url == "/account/sign-in"
    assert Session.objects.living().get().amr == ["pwd", "otp", "mfa"]


def test_it_leads_to_the_others_and_they_lead_to_it(bob: User) -> None:
    authenticator.enrolled(bob)
    surfer = Surfer()
    page = surfer.open("/account/sign-in").sign_in()
    other = surfer.open(page.link("use-totp"))
    assert "authenticator app" in other.text
    assert "B7" in surfer.open(other.link("use-grid-card")).text


def test_its_owner_sees_it_and_may_remove_it(bob: User) -> None:
    page = Surfer().open("/account/sign-in").sign_in().send(otp_token="acorn")
    assert "Grid card" in page.text
    page.send(remove=f"grid_card/{GridCard.objects.get().pk}", sure="1")
    assert not GridCard.objects.exists()


def test_whoever_must_have_a_factor_has_one(bob: User, settings: Any) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"second_factor": "everybody"})
    page = Surfer().open("/account/sign-in").sign_in()
    assert "B7" in page.text


def test_a_mail_calls_it_what_people_call_it(bob: User) -> None:
    notify(bob, "factor_removed", context={"factor": "grid_card", "device": "Blue"})
    (mail,) = to("bob@example.com", "factor_removed")
    assert "a grid card (Blue)." in letter(mail).text
