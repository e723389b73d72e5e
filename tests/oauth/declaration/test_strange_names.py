"""Names that lower() of Python and of PostgreSQL take for different ones: applied twice."""

import json

import pytest
from django.db import connection

from accounts.models import Group, Role, User
from idp.ground.canonical import name_key
from oauth.models import Client
from tests.oauth.declaration.conftest import Apply

# What small letters of these are, Python, glibc, ICU and a Turkish locale each say in their way.
NAMES = [
    *("İ", "I", "ı", "i\u0307", "İSTANBUL", "Iğdır", "İ\u0301"),
    *("ΟΔΟΣ", "ΟΔΟΣ ΑΒΓ", "STRASSE", "Straße", "ẞ", "ŉ", "ǰ", "ﬁn", "K", "Å", "ﬀ", "Ǆ"),
    *("Ꭰ", "ꭰ", "Ა", "𐐀", "ϴ", "Ω", "ᾼ", "é", "e\u0301", "ａ", "A", "Ä", "\U0001e900"),
]


def as_file(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def roles_of(*names: str) -> str:
    return as_file({"roles": [{"name": name} for name in names]})


@pytest.mark.parametrize("name", NAMES)
def test_a_file_with_a_strange_name_changes_nothing_the_second_time(
    apply: Apply, name: str
) -> None:
    person = name.replace(" ", "")
    text = as_file(
        {
            "roles": [{"name": name}, {"name": name, "client": "shop"}],
            "groups": [{"name": name, "roles": [name, f"shop/{name}"]}],
            "clients": [
                {
                    "client_id": "shop",
                    "client_name": name,
                    "redirect_uris": ["https://shop.test/cb"],
                    "owners": [person],
                }
            ],
            "users": [{"username": person, "roles": [name], "groups": [name], "name": name}],
        }
    )
    first = apply(text)
    assert "5 changed" in first
    assert apply(text) == "nothing to change\n"
    person_row = User.objects.get()
    assert [role.name for role in person_row.roles.all()] == [name]
    assert Group.objects.get().roles.count() == 2
    assert [owner.username for owner in Client.objects.get().owners.all()] == [person]


@pytest.mark.parametrize("name", ["İ", "Straße"])
def test_two_names_are_two_roles_or_a_fault_and_never_a_surprise(apply: Apply, name: str) -> None:
    for other in NAMES:
        said = apply(roles_of(name, other))
        if "declared already" in said:
            assert not Role.objects.exists()
            continue
        assert "2 changed" in said
        assert apply(roles_of(other, name)) == "nothing to change\n"
        Role.objects.all().delete()


@pytest.mark.django_db
def test_names_that_the_database_takes_for_one_have_one_key() -> None:
    letters = [chr(code) for code in range(0xA0, 0x20000) if chr(code).isalpha()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT one, lower(one) FROM unnest(%s::text[]) AS one", [letters])
        differing = [one for one, low in cursor.fetchall() if name_key(one) != name_key(low)]
    assert differing == []


def test_two_people_with_one_address_are_named(apply: Apply) -> None:
    people = [("ada", "STRASSE@people.test"), ("eve", "straße@people.test")]
    text = as_file({"users": [{"username": name, "email": mail} for name, mail in people]})
    assert "users[1]: strasse@people.test is declared already" in apply(text)
    assert not User.objects.exists()
