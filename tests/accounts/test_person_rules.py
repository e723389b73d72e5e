"""accounts/person_rules.py: what a person's claims may be, whoever writes them."""

import json
from functools import reduce
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.person_rules import ADDRESS, LONGEST_PART, check_person
from oauth.claims import SCOPE_CLAIMS
from tests.accounts.admin.conftest import admin, administrator
from tests.factories import make_user
from tests.oauth.declaration.conftest import Apply, apply
from tests.support.administration import filled

__all__ = ["admin", "administrator", "apply"]

GOOD: dict[str, Any] = {
    "name": "Ólafur 🐋 O’Brien",
    "gender": "",
    "profile": "https://people.test/~olafur?a=b",
    "picture": "http://localhost:8000/a.png",
    "birthdate": "0000-02-29",
    "zoneinfo": "Atlantic/Reykjavik",
    "locale": "zh-Hant-TW",
    "address": {"formatted": "Way 1\r\nTown", "postal_code": "10115"},
    "attributes": {"a": [{"b": None}]},
    "email": "",
    "email_verified": False,
}
BAD: list[tuple[str, Any]] = [
    ("name", "a\u202eb"),
    ("name", "a\nb"),
    ("given_name", "a\x07b"),
    ("middle_name", "x" * 101),
    ("gender", "x" * 51),
    ("profile", "javascript:alert(1)"),
    ("picture", "ftp://x.example/a.png"),
    ("website", "https://a b.example"),
    ("website", "https://x.example/" + "a" * 200),
    ("birthdate", "1.1.1990"),
    ("birthdate", "1990-02-30"),
    ("birthdate", "2990-01-01"),
    ("birthdate", "--12-31"),
    ("birthdate", "1990\n"),
    ("zoneinfo", "Berlin"),
    ("locale", "de_DE"),
    ("locale", "de-"),
    ("address", {"zip": "10115"}),
    ("address", {"country": 49}),
    ("address", {"locality": "a\nb"}),
    ("address", {"region": "x" * (LONGEST_PART + 1)}),
    ("attributes", {"a": reduce(lambda inner, _: [inner], range(20), "deep")}),
    ("email_verified", True),
    ("phone_number_verified", True),
]


def test_what_may_be_has_no_fault() -> None:
    assert list(check_person(GOOD)) == []
    assert list(check_person({})) == []


@pytest.mark.parametrize(("field", "value"), BAD)
def test_what_cannot_be_is_told_of_its_field(field: str, value: Any) -> None:
    data = {"email": "", "phone_number": "", field: value}
    assert [fault.field for fault in check_person(data)] == [field]


def test_every_text_among_the_claims_has_a_rule() -> None:
    texts = {"username", "email", "phone_number"}  # idp/ground/canonical has theirs
    claims = {name for scope in ("profile", "email", "phone") for name in SCOPE_CLAIMS[scope]}
    for name in claims - texts - {"preferred_username", "updated_at"}:
        value = True if name.endswith("_verified") else "\x07"
        assert list(check_person({"email": "", "phone_number": "", name: value})), name
    assert set(ADDRESS) == {
        *("formatted", "street_address", "locality", "region", "postal_code", "country")
    }


@pytest.mark.parametrize(("field", "value"), BAD)
def test_neither_the_administration_nor_a_file_takes_what_cannot_be(
    admin: Client, apply: Apply, field: str, value: Any
) -> None:
    person = make_user("bob", email="")
    path = f"/admin/accounts/user/{person.pk}/change/"
    typed = value if isinstance(value, str) else "on" if value is True else json.dumps(value)
    if typed.strip() == typed:  # a form strips what stands around a text
        answer = admin.post(path, filled(admin, path, **{field: typed}))
        assert answer.status_code == 200
        assert field in answer.context["adminform"].form.errors
    assert f"users[0].{field}" in apply(f"users: [{{username: bob, {field}: {json.dumps(value)}}}]")
    before = getattr(person, field)
    person.refresh_from_db()
    assert getattr(person, field) == before


def test_what_was_there_before_the_rule_keeps_nobody_from_disabling_an_account(
    admin: Client, apply: Apply
) -> None:
    person = make_user("bob", birthdate="1.1.1990", address={"zip": 7})
    path = f"/admin/accounts/user/{person.pk}/change/"
    data = filled(admin, path)
    del data["is_active"]
    assert admin.post(path, data).status_code == 302
    assert not User.objects.get(username="bob").is_active
    assert "1 changed" in apply("users: [{username: bob, is_active: true}]\n")


@pytest.mark.parametrize("member", ["email", "phone_number"])
def test_nothing_is_proven_of_what_is_not_there(apply: Apply, member: str) -> None:
    said = apply(f'users: [{{username: bob, {member}: "", {member}_verified: true}}]\n')
    assert f"users[0].{member}_verified: There is no" in said
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("member", "old", "new"),
    [("email", "old@people.test", "new@people.test"), ("phone_number", "+15550100", "+15550101")],
)
def test_another_address_that_the_file_says_is_proven_is_so_at_once(
    apply: Apply, member: str, old: str, new: str
) -> None:
    make_user("bob", **{member: old, f"{member}_verified": True})
    text = f'users: [{{username: bob, {member}: "{new}", {member}_verified: true}}]\n'
    assert "1 changed" in apply(text)
    assert apply(text) == "nothing to change\n"
    assert getattr(User.objects.get(), f"{member}_verified")


def test_taking_the_address_away_takes_the_proof_along(apply: Apply) -> None:
    make_user("bob", email="old@people.test", email_verified=True)
    text = 'users: [{username: bob, email: ""}]\n'
    assert "1 changed" in apply(text)
    assert apply(text) == "nothing to change\n"
    assert not User.objects.get().email_verified
