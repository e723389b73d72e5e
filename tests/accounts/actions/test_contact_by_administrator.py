"""An administrator changes an address or number: both sides hear of it, the old one is over."""

from typing import Any

import pytest

from accounts.actions.administer_person import save_person
from accounts.models import AuditEvent, MessageDevice, OutboxMessage, RecoveryCode, User
from tests.accounts.codes import NUMBER, with_mailbox, with_phone
from tests.accounts.letters import code_to, link_to, to
from tests.accounts.surfer import Surfer, make_person
from tests.support.administration import administration, filled, make_administrator

OLD, NEW = "bob@example.com", "fresh@example.com"
MAIL, SMS = "email_changed_by_administrator", "phone_changed_by_administrator"


@pytest.fixture
def bob(db: None) -> User:
    return make_person("bob", email_verified=True, phone_number=NUMBER, phone_number_verified=True)


def _save(bob: User, **over: Any) -> str:
    """What the administrator reads afterwards."""
    client = administration(make_administrator("ada"))
    page = f"/admin/accounts/user/{bob.pk}/change/"
    response = client.post(page, filled(client, page, **over), follow=True)
    assert response.redirect_chain
    bob.refresh_from_db()
    return str(response.content.decode())


def test_the_old_and_the_new_mailbox_are_told(bob: User) -> None:
    _save(bob, email=NEW)
    assert bob.email == NEW and not bob.email_verified
    (old,), (new,) = to(OLD, MAIL), to(NEW, MAIL)
    assert old.context["left"] and "link" not in old.context and "not_me_link" not in old.context
    assert "not_me_link" in new.context and new.user == bob


@pytest.mark.parametrize("email", [OLD, "BOB@Example.com"])
def test_the_same_mailbox_is_told_nothing(bob: User, email: str) -> None:
    with_mailbox(bob)
    _save(bob, email=email, nickname="x")
    assert not OutboxMessage.objects.exists()
    assert MessageDevice.objects.count() == 1


def test_codes_go_to_the_old_mailbox_no_more_and_the_administrator_is_told(bob: User) -> None:
    with_mailbox(bob)
    RecoveryCode.objects.create(user=bob, digest="0" * 64)
    page = _save(bob, email=NEW)
    assert "The second factor by e-mail went to the old address" in page
    assert not MessageDevice.objects.exists() and not RecoveryCode.objects.exists()
    event = AuditEvent.objects.get(name="factor_removed")
    assert (event.subject, event.data) == (bob, {"factor": "email"})
    assert event.actor == User.objects.get(username="ada")
    assert to(NEW, "factor_removed")


def test_a_mailbox_elsewhere_stays(bob: User) -> None:
    device = with_mailbox(bob)
    device.destination = "elsewhere@example.com"
    device.save()
    page = _save(bob, email=NEW)
    assert "second factor by e-mail" not in page
    assert MessageDevice.objects.count() == 1
    assert to("elsewhere@example.com", MAIL)


def test_links_of_before_are_over(bob: User) -> None:
    """Also of somebody who changed the address himself and would take it back with them."""
    User.objects.filter(pk=bob.pk).update(email_verified=True)
    thief = Surfer()
    thief.sign_in()
    for address in ("b@evil.test", "c@evil.test"):
        thief.open("/account/email").send(email=address).send(otp_token=code_to(address))
    begun = thief.open("/account/email").send(email="d@evil.test")
    Surfer().open("/password/forgot").send(email="c@evil.test")
    links = [link_to("bob@example.com", "email_changed"), link_to("c@evil.test", "password_reset")]
    bob.refresh_from_db()
    _save(bob, email=NEW)
    assert [Surfer().open(link).status for link in links] == [400, 400]
    begun.send(otp_token=code_to("d@evil.test"))
    bob.refresh_from_db()
    assert bob.email == NEW


def test_a_reset_link_does_not_come_back_with_the_old_address(bob: User) -> None:
    Surfer().open("/password/forgot").send(email=OLD)
    link = link_to(OLD, "password_reset")
    for email in (NEW, OLD):
        bob.email = email
        save_person(person=bob, changed={"email"}, created=False)
    assert Surfer().open(link).status == 400


def test_an_address_taken_away_is_told_where_it_was(bob: User) -> None:
    _save(bob, email="")
    assert bob.email_key is None
    assert [one.recipient for one in OutboxMessage.objects.all()] == [OLD]


def test_the_phone_is_told_and_gets_codes_no_more(bob: User) -> None:
    with_phone(bob)
    page = _save(bob, phone_number="+4915187654321")
    assert "The second factor by SMS went to the old number" in page
    assert not MessageDevice.objects.exists()
    assert [one.channel for one in to(NUMBER, SMS)] == ["sms"]
    assert [one.channel for one in to(OLD, SMS)] == ["email"]
    assert not to("+4915187654321")


def test_a_number_nobody_proved_gets_no_sms(bob: User) -> None:
    User.objects.update(phone_number_verified=False)
    _save(bob, phone_number="+4915187654321")
    assert not OutboxMessage.objects.filter(channel="sms").exists()


def test_a_new_account_is_told_nothing_of_the_kind(db: None) -> None:
    person = User(username="new", email=NEW)
    save_person(person=person, changed={"email", "username"}, created=True)
    assert not OutboxMessage.objects.exists()
