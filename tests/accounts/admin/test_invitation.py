"""Invitations in the administration."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import AuditEvent, Group, Invitation, OutboxMessage, Role, User
from tests.accounts.joining import allow, link_for
from tests.factories import make_user
from tests.support.administration import administration

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/invitation/"


@pytest.fixture(autouse=True)
def _invited_only(settings: Any) -> None:
    allow(settings, "invite")


def add(admin: Client, **fields: Any) -> Any:
    return admin.post(f"{LIST}add/", {"email": "cleo@example.com", "note": "", **fields})


def act(admin: Client, action: str, *rows: Invitation) -> Any:
    chosen = [str(one.pk) for one in rows]
    return admin.post(LIST, {"action": action, "_selected_action": chosen}, follow=True)


def delegate(*permissions: str) -> User:
    role = Role.objects.create(name="delegate")
    role.permissions.set(Permission.objects.filter(codename__in=permissions))
    person = make_user("dele", is_staff=True)
    person.roles.add(role)
    return person


def test_adding_one_mails_a_link_and_keeps_only_its_digest(
    admin: Client, administrator: User
) -> None:
    group = Group.objects.create(name="staff")
    assert add(admin, groups=[str(group.pk)], note="Welcome!").status_code == 302
    row = Invitation.objects.get()
    assert (row.invited_by, list(row.groups.all())) == (administrator, [group])
    secret = link_for("cleo@example.com").split("token=")[1]
    assert len(secret) == 43
    assert secret not in str(Invitation.objects.values().get())
    assert AuditEvent.objects.filter(name="invited", actor=administrator).exists()
    assert "The invitation of cleo@example.com is on its way" in admin.get(LIST).content.decode()
    assert secret not in admin.get(f"{LIST}{row.pk}/change/").content.decode()


@pytest.mark.parametrize("address", ["", "no address", "ada@people.test", "ADA@People.Test"])
def test_an_address_that_is_none_or_taken_is_refused(admin: Client, address: str) -> None:
    assert add(admin, email=address).status_code == 200
    assert not Invitation.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_a_closed_house_invites_nobody(admin: Client, settings: Any) -> None:
    allow(settings, "closed")
    assert "SIGNET_REGISTRATION" in add(admin).content.decode()
    assert not Invitation.objects.exists()


def test_nobody_invites_beyond_their_own_rights() -> None:
    strong = Role.objects.create(name="strong")
    strong.permissions.set(Permission.objects.filter(codename="change_user"))
    group = Group.objects.create(name="strong ones")
    group.roles.add(strong)
    admin = administration(delegate("add_invitation", "view_invitation", "view_role", "view_group"))
    for given in ({"roles": [str(strong.pk)]}, {"groups": [str(group.pk)]}):
        assert "rights that you do not have" in add(admin, **given).content.decode()
    assert not Invitation.objects.exists()
    assert add(admin).status_code == 302


def test_it_is_sent_again_with_a_new_link_and_withdrawn_once(admin: Client) -> None:
    add(admin)
    row = Invitation.objects.get()
    first = row.digest
    assert "on its way" in act(admin, "send_again", row).content.decode()
    row.refresh_from_db()
    assert row.digest != first
    assert OutboxMessage.objects.count() == 2
    assert "is withdrawn" in act(admin, "withdraw", row).content.decode()
    assert "over already" in act(admin, "withdraw", row).content.decode()
    assert AuditEvent.objects.filter(name="invitation_withdrawn").count() == 1
    act(admin, "send_again", row)
    assert OutboxMessage.objects.count() == 2


def test_what_was_mailed_is_neither_edited_nor_deleted(admin: Client) -> None:
    add(admin)
    row = Invitation.objects.get()
    admin.post(f"{LIST}{row.pk}/change/", {"email": "evil@evil.test"})
    assert admin.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Invitation.objects.get().email == "cleo@example.com"


def test_one_is_found_by_how_its_address_begins(admin: Client) -> None:
    add(admin)
    for term, count in (("CLEO@ex", 1), ("%", 0), ("a" * 400, 0)):
        found = admin.get(LIST, {"q": term, "open": "yes"}).context["cl"].result_list
        assert len(found) == count
    assert admin.get(LIST, {"q": "x\0y"}).status_code in (200, 400)
