"""Signing in by a code sent to the address."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.acr import SINGLE_FACTOR
from accounts.models import OutboxMessage, PendingLogin, Session, User
from accounts.notifications.letter import letter
from tests.accounts.codes import messages, with_mailbox, with_phone, wrong
from tests.accounts.surfer import Surfer, Tab

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _offered(settings: Any) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"magic_codes": True})


def _ask(surfer: Surfer, address: str = "bob@example.com") -> Tab:
    page = surfer.open("/account/sessions")
    return surfer.open(page.link("magic-code")).send(email=address)


def _sent() -> OutboxMessage:
    return OutboxMessage.objects.filter(purpose__startswith="magic").latest("created_at")


def test_the_code_lets_in_and_is_told_as_what_it_is(surfer: Surfer, bob: User) -> None:
    page = _ask(surfer)
    assert page.url.startswith("/login/code/sent")
    assert _sent().recipient == "bob@example.com"
    before = surfer.cookie
    assert page.send(otp_token=_sent().context["code"]).url == "/account/sessions"
    session = Session.objects.get(user=bob)
    assert (session.amr, session.acr) == (["email"], SINGLE_FACTOR)
    bob.refresh_from_db()
    assert bob.email_verified
    assert surfer.cookie != before


@pytest.mark.parametrize("address", ["bob@example.com", "nobody@example.com"])
def test_the_mail_names_the_app_they_were_on_the_way_to(
    surfer: Surfer, bob: User, address: str
) -> None:
    page = surfer.open("/account/sessions")
    PendingLogin.objects.update(branding={"name": "Acme Orders"})
    surfer.open(page.link("magic-code")).send(email=address)
    assert _sent().recipient == address
    assert "Acme Orders" in letter(_sent()).html


def test_where_the_deployment_offers_none_there_is_none(surfer: Surfer, settings: Any) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"magic_codes": False})
    page = surfer.open("/account/sessions")
    assert not page.shows("magic-code")
    assert surfer.open(page.url.replace("/login?", "/login/code?")).status == 404


def test_a_second_factor_is_demanded_all_the_same(surfer: Surfer, bob: User) -> None:
    with_phone(bob)
    page = _ask(surfer).send(otp_token=_sent().context["code"])
    assert page.url.startswith("/login/sms")
    assert not surfer.is_signed_in()
    # Lost phones are taken away after the password alone.
    assert not page.shows("lost-factor")
    assert surfer.open(page.link("use-password")).shows("submit-login")
    page.send(otp_token=messages(channel="sms")[-1].context["code"])
    assert surfer.is_signed_in()
    # A mailbox and a phone, and nothing that is known: no two kinds.
    assert Session.objects.get(user=bob).amr == ["email", "sms"]


def test_the_same_mailbox_is_not_asked_for_twice(surfer: Surfer, bob: User) -> None:
    with_mailbox(bob)
    assert _ask(surfer).send(otp_token=_sent().context["code"]).url == "/account/sessions"


def test_known_and_unknown_addresses_look_alike(surfer: Surfer, bob: User) -> None:
    User.objects.create(username="eve", email="eve@example.com", is_active=False)
    pages = {}
    for address in ("bob@example.com", "eve@example.com", "nil@example.com"):
        other = Surfer()
        first = _ask(other, address)
        refused = first.send(otp_token="123456")
        pages[address] = [
            (page.status, _without_names(page.text, address)) for page in (first, refused)
        ]
    assert pages["bob@example.com"] == pages["eve@example.com"] == pages["nil@example.com"]
    purposes = OutboxMessage.objects.order_by("created_at").values_list("purpose", flat=True)
    assert list(purposes) == ["magic_code", "magic_code_unknown", "magic_code_unknown"]


def _without_names(text: str, address: str) -> str:
    text = re.sub(r'data-wait="\d+"|\d+ seconds? ago|now', "MOMENT", text)
    lines = text.replace(address, "ADDRESS").splitlines()
    return "\n".join(line for line in lines if "csrf" not in line and "login=" not in line)


def test_nobodys_code_lets_nobody_in(surfer: Surfer) -> None:
    page = _ask(surfer, "nil@example.com")
    refused = page.send(otp_token=_sent().context["code"])
    assert "does not work" in refused.text or refused.url.startswith("/login/code")
    assert not surfer.is_signed_in()


def test_budgets_are_the_same_for_known_and_unknown(surfer: Surfer, bob: User) -> None:
    for address in ("bob@example.com", "nil@example.com"):
        statuses = [_ask(Surfer(address="198.51.100.7"), address).status for _ in range(6)]
        assert statuses == [200] * 4 + [429] * 2


def test_a_mistyped_address_is_mended_at_once(surfer: Surfer) -> None:
    page = _ask(surfer, "bib@example.com")
    page = surfer.open(page.link("other-address")).send(email="bob@example.com")
    assert page.send(otp_token=_sent().context["code"]).url == "/account/sessions"


def test_the_code_belongs_to_the_browser_that_asked(surfer: Surfer) -> None:
    page = _ask(surfer)
    code = _sent().context["code"]
    thief = Surfer()
    assert not thief.open(page.url).url.startswith("/login/code/sent")
    mine = _ask(thief)
    if _sent().context["code"] != code:
        assert mine.send(otp_token=code).status == 400
    assert not thief.is_signed_in()


def test_five_guesses_and_the_code_is_over(surfer: Surfer) -> None:
    page = _ask(surfer)
    code = _sent().context["code"]
    for _ in range(5):
        page = page.send(otp_token=wrong(code))
    assert "tried too often" in page.text
    assert page.send(otp_token=code).status in (400, 429)
    assert not surfer.is_signed_in()


def test_ten_minutes_later_another_one_is_asked_for(surfer: Surfer) -> None:
    page = _ask(surfer)
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1), tick=False):
        late = page.send(otp_token=_sent().context["code"])
        assert late.url.startswith("/login/code?")
        assert "has expired" in late.text
        late.send(email="bob@example.com").send(otp_token=_sent().context["code"])
        assert surfer.is_signed_in()


def test_send_again(surfer: Surfer) -> None:
    page = _ask(surfer)
    assert "on its way already" in page.send(again="1").text
    with time_machine.travel(timezone.now() + timedelta(seconds=41), tick=False):
        page.send(again="1").send(otp_token=_sent().context["code"])
        assert surfer.is_signed_in()
    assert OutboxMessage.objects.filter(purpose="magic_code").count() == 2


@pytest.mark.parametrize("address", ["", "bob", "bob@", "a@b@c.example", "\0", "x" * 300])
def test_what_is_no_address_is_said(surfer: Surfer, address: str) -> None:
    page = _ask(surfer, address)
    assert page.status == 400
    assert not OutboxMessage.objects.exists()


def test_the_app_that_asked_is_where_it_ends(surfer: Surfer) -> None:
    page = surfer.open("/account/password")
    page = surfer.open(page.link("magic-code")).send(email="bob@example.com")
    assert page.send(otp_token=_sent().context["code"]).url == "/account/password"
