"""The roles of a client that is deleted."""

import pytest

from accounts.models import AuditEvent, Group, Role
from oauth import clients, gate, grant_row, roles_of_client
from oauth.models import Scope
from tests.factories import make_authorization, make_client, make_resource

pytestmark = pytest.mark.django_db


def test_a_scope_reserved_for_one_of_them_is_open_to_nobody_then() -> None:
    """Without the role it would be open to everybody."""
    make_resource()
    keeper = Role.objects.create(name="keeper", audience="shop")
    Scope.objects.get(name="orders.write").roles.add(keeper)
    staff, chief = Group.objects.create(name="staff"), Role.objects.create(name="chief")
    staff.roles.add(keeper)
    chief.includes.add(keeper)
    client = make_client()
    rows = [make_authorization(client, scopes=["orders.write"]) for _ in range(4)]
    rows[0].user.roles.add(keeper)
    rows[1].user.groups.add(staff)
    rows[2].user.roles.add(chief)

    def holding() -> list[bool]:
        clients.forget()
        facts = clients.find(client.client_id)
        found = [grant_row.read(row.pk) for row in rows]
        assert facts is not None
        return [bool(one and gate.present_scopes(one, facts)) for one in found]

    assert holding() == [True, True, True, False]
    roles_of_client.end(client_id="shop")
    assert holding() == [False] * 4
    event = AuditEvent.objects.get(name="object_changed")
    assert event.data["label"] == "keeper (shop)"
    assert event.data["fields"] == {"holders": [1, 0]}


def test_what_is_everybodys_is_nobodys_to_take_along() -> None:
    Role.objects.create(name="editor")
    Group.objects.create(name="staff")
    roles_of_client.end(client_id="")
    assert Role.objects.exists() and Group.objects.exists()
