"""From the invitation in the mail to the account."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import RequestFactory
from django.utils import timezone

from accounts.actions.invite import invite, withdraw
from accounts.models import Group, Invitation, Role, Session, User
from tests.accounts.joining import NEW, allow, link_for
from tests.accounts.surfer import Surfer, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _invited_only(settings: Any) -> None:
    allow(settings, "invite")


@pytest.fixture
def ada(db: None) -> User:
    return make_person("ada", name="Ada L", is_staff=True, is_superuser=True)


def an_invitation(ada: User, address: str = "cleo@example.com", **over: Any) -> Invitation:
    row = Invitation.objects.create(
        email=address, digest=f"none yet {address}", expires_at=timezone.now(), **over
    )
    row.groups.add(Group.objects.get_or_create(name="staff")[0])
    row.roles.add(Role.objects.get_or_create(name="editor")[0])
    send(row, ada)
    return row


def send(row: Invitation, actor: User) -> None:
    invite(request=RequestFactory().get("/"), actor=actor, invitation=row)


def test_its_link_is_proof_of_the_address_and_brings_groups_and_roles(ada: User) -> None:
    row = an_invitation(ada, note="You will like it.")
    surfer = Surfer()
    page = surfer.open(link_for("cleo@example.com"))
    assert page.url == "/invitation"
    assert "<bdi>Ada L</bdi> invited you" in page.text
    assert "You will like it." in page.text
    end = page.send(email="evil@evil.test", name="Cleo", new_password=NEW)
    assert end.url == "/"
    assert surfer.is_signed_in()
    cleo = User.objects.get(username="cleo")
    assert (cleo.email, cleo.email_verified, cleo.approval) == ("cleo@example.com", True, "")
    assert [one.name for one in cleo.groups.all()] == ["staff"]
    assert [one.name for one in cleo.roles.all()] == ["editor"]
    row.refresh_from_db()
    assert (row.accepted_by, row.accepted_at is not None) == (cleo, True)


def test_nobody_whom_an_administrator_invited_waits_for_an_administrator(
    ada: User, settings: Any
) -> None:
    allow(settings, "approval")
    an_invitation(ada)
    Surfer().open(link_for("cleo@example.com")).send(new_password=NEW)
    assert User.objects.get(username="cleo").approval == ""


def test_it_works_once(ada: User) -> None:
    an_invitation(ada)
    link = link_for("cleo@example.com")
    first, second = Surfer(), Surfer()
    pages = [first.open(link), second.open(link)]
    assert pages[0].send(new_password=NEW).status == 200
    late = pages[1].send(new_password="another long sentence")
    assert late.shows("invitation-over")
    assert not second.is_signed_in()
    assert Surfer().open(link).shows("invitation-over")
    assert User.objects.filter(email="cleo@example.com").count() == 1


def test_its_form_sent_twice_ends_where_the_first_did(ada: User) -> None:
    an_invitation(ada)
    surfer = Surfer()
    page = surfer.open(link_for("cleo@example.com"))
    page.send(new_password=NEW)
    assert surfer.open("/invitation").url == "/"
    assert Session.objects.count() == 1


@pytest.mark.parametrize("how", ["expired", "withdrawn", "sent again", "closed", "inviter gone"])
def test_one_that_is_over_makes_nothing(ada: User, settings: Any, how: str) -> None:
    row = an_invitation(ada)
    link = link_for("cleo@example.com")
    page = Surfer().open(link)
    later = timezone.now() + timedelta(days=8 if how == "expired" else 0)
    if how == "withdrawn":
        assert withdraw(request=RequestFactory().get("/"), actor=ada, invitation=row)
    elif how == "sent again":
        send(row, ada)
    elif how == "closed":
        allow(settings, "closed")
    elif how == "inviter gone":
        User.objects.filter(pk=ada.pk).update(is_active=False)
    with time_machine.travel(later, tick=True):
        assert Surfer().open(link).shows("invitation-over")
        if how != "expired":
            assert page.send(new_password=NEW).shows("invitation-over")
    assert not User.objects.filter(email="cleo@example.com").exists()


def test_an_address_that_joined_meanwhile_is_told_to_sign_in(ada: User) -> None:
    an_invitation(ada)
    page = Surfer().open(link_for("cleo@example.com"))
    make_person("cleo")
    assert page.send(new_password=NEW).shows("account-exists")
    assert Invitation.objects.get().accepted_at is None


def test_errors_keep_the_address_and_say_what_is_wrong(ada: User) -> None:
    an_invitation(ada)
    page = Surfer().open(link_for("cleo@example.com")).send(new_password="short")
    assert page.status == 400
    assert 'value="cleo@example.com"' in page.text
    assert "at least" in page.text


@pytest.mark.parametrize("token", ["", "x", "\0", "é" * 60])
def test_what_is_no_invitation_says_so(token: str) -> None:
    assert Surfer().open("/invitation", **{"QUERY_STRING": f"token={token}"}).status == 400
    assert Surfer().open("/invitation").status == 400
