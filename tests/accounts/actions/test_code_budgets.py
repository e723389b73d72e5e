"""Strangers who ask for codes in somebody's name spend their own budgets, not the owner's."""

from typing import Any

import pytest

from accounts.models import OutboxMessage, User
from tests.accounts import joining
from tests.accounts.codes import messages, with_mailbox
from tests.accounts.letters import code_to, to
from tests.accounts.surfer import Surfer, Tab, make_person

pytestmark = pytest.mark.django_db(transaction=True)
MAIL = "bob@example.com"


@pytest.fixture
def bob(db: None) -> User:
    return make_person("bob", email_verified=True)


def _ask(surfer: Surfer) -> Tab:
    page = surfer.open("/account/sessions")
    return surfer.open(page.link("magic-code")).send(email=MAIL)


def test_the_owner_gets_a_magic_code_where_he_was_before(bob: User, settings: Any) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"magic_codes": True})
    home = Surfer()
    home.sign_in()
    home.open("/sign-out").send()
    statuses = [_ask(Surfer()).status for _ in range(16)]
    assert 429 in statuses
    assert statuses.count(200) <= 12
    OutboxMessage.objects.all().delete()
    page = _ask(home)
    assert page.status == 200
    page.send(otp_token=code_to(MAIL))
    assert home.is_signed_in()


def test_so_he_does_as_a_second_factor_beside_a_thief_with_the_password(bob: User) -> None:
    with_mailbox(bob)
    home = Surfer()
    home.sign_in().send(otp_token=code_to(MAIL))
    home.open("/sign-out").send()
    for _ in range(7):
        Surfer().sign_in()
    sent = len(messages(channel="email"))
    assert sent <= 6
    page = home.sign_in()
    assert page.status == 200
    assert len(messages(channel="email")) == sent + 1


def test_the_owner_has_a_bound_as_well(bob: User, settings: Any) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"magic_codes": True})
    home = Surfer()
    home.sign_in()
    home.open("/sign-out").send()
    statuses = [_ask(home).status for _ in range(8)]
    assert statuses[-1] == 429


def test_a_stranger_does_not_keep_somebody_from_joining(db: None, settings: Any) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"registration": "open"})
    stranger = "198.51.100.7"
    for _ in range(6):
        joining.ask(Surfer(address=stranger), "cleo@example.com")
    before = len(to("cleo@example.com"))
    assert before == 4
    joining.ask(Surfer(), "cleo@example.com")
    assert len(to("cleo@example.com")) == before + 1
