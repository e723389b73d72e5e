"""oauth/declaration/sound.py: rows that `apply` would refuse make no export useless."""

from io import StringIO

import pytest
import yaml
from django.core.management import call_command

from accounts.models import Group, Role, User
from oauth.declaration.export import lines
from oauth.declaration.kinds import BY_SECTION
from oauth.models import Client, Resource, Scope
from tests.factories import make_client, make_resource, make_user
from tests.oauth.declaration.conftest import Apply

pytestmark = pytest.mark.django_db


def exported() -> tuple[dict[str, list[dict[str, object]]], list[str], str]:
    told: list[str] = []
    text = "".join(lines(list(BY_SECTION), told.append))
    return yaml.safe_load(text), told, text


def applied_here_and_elsewhere(apply: Apply, text: str) -> None:
    assert "Nothing was changed" not in apply(text)
    for model in (Client, Resource, Group, Role, User):
        model.objects.all().delete()
    assert "Nothing was changed" not in apply(text)
    assert apply(text) == "nothing to change\n"
    assert exported()[1] == []


def test_a_bad_claim_is_left_out_and_the_rest_of_the_person_stays(apply: Apply) -> None:
    make_user(
        "bob", birthdate="1.1.1990", zoneinfo="Berlin", locale="de", email="", email_verified=True,
        address={"zip": "10115", "country": 49, "locality": "Bonn"},
    )  # fmt: skip
    found, told, text = exported()
    assert found["users"] == [{"username": "bob", "locale": "de", "address": {"locality": "Bonn"}}]
    assert len(told) == 5
    assert "Left out: person bob: birthdate: Write it as year-month-day" in told[1] + told[0]
    applied_here_and_elsewhere(apply, text)


def test_a_role_of_a_client_that_is_gone_becomes_nobody_elses(apply: Apply) -> None:
    gone = Role.objects.create(name="seller", audience="gone")
    chief = Role.objects.create(name="chief")
    chief.includes.add(gone)
    group = Group.objects.create(name="staff")
    group.roles.set([gone, chief])
    Group.objects.create(name="theirs", audience="no/such client")
    person = make_user("bob", email="")
    person.roles.add(gone)
    person.groups.set(Group.objects.all())
    found, told, text = exported()
    assert found["roles"] == [{"name": "chief", "includes": []}]
    assert found["groups"] == [{"name": "staff", "roles": ["chief"]}]
    assert found["users"] == [{"username": "bob", "groups": ["staff"], "roles": []}]
    assert "Left out: role gone/seller, whole: client: there is no client gone" in told
    applied_here_and_elsewhere(apply, text)


def test_a_scope_that_is_gone_is_left_out_of_its_clients(apply: Apply) -> None:
    make_client(client_id="shop", scopes=["openid", "orders:gone"])
    found, told, text = exported()
    assert found["clients"][0]["scopes"] == ["openid"]
    assert told == ["Left out: client shop: scopes[1]: there is no scope orders:gone"]
    applied_here_and_elsewhere(apply, text)


def test_a_scope_for_holders_of_a_role_is_never_exported_for_everybody(apply: Apply) -> None:
    make_resource(scopes=("orders.read", "orders.write"))
    gone = Role.objects.create(name="seller", audience="gone")
    Scope.objects.get(name="orders.write").roles.add(gone)
    make_client(client_id="shop", scopes=["openid", "orders.read", "orders.write"])
    found, _told, text = exported()
    assert [scope["name"] for scope in found["resources"][0]["scopes"]] == ["orders.read"]  # type: ignore[attr-defined]
    assert found["clients"][0]["scopes"] == ["openid", "orders.read"]
    applied_here_and_elsewhere(apply, text)


def test_a_client_that_cannot_be_takes_what_is_its_own_along(apply: Apply) -> None:
    make_client(client_id="old", redirect_uris=["https://x.test/#fragment"], grant_types=[])
    Role.objects.create(name="seller", audience="old")
    api = make_resource()
    api.introspectors.set(Client.objects.all())
    found, told, text = exported()
    assert (found["clients"], found["roles"]) == ([], [])
    assert found["resources"][0]["introspectors"] == []
    assert any(one.startswith("Left out: client old, whole: ") for one in told)
    applied_here_and_elsewhere(apply, text)


def test_of_two_names_that_a_file_cannot_tell_apart_one_is_left_out(apply: Apply) -> None:
    Role.objects.create(name="STRASSE")
    Role.objects.bulk_create([Role(name="Straße")])  # as a version did that knew no key
    found, told, text = exported()
    assert len(found["roles"]) == 1
    assert told == ["Left out: role strasse: there is another one of this name"]
    assert "Nothing was changed" not in apply(text)


@pytest.mark.django_db(transaction=True)
def test_the_command_says_it_beside_the_file() -> None:
    Role.objects.create(name="a/b")
    out, err = StringIO(), StringIO()
    call_command("export", "--section", "roles", stdout=out, stderr=err)
    assert out.getvalue() == "roles: []\n"
    assert "Left out: role a/b, whole: name: A name has no slash" in err.getvalue()
