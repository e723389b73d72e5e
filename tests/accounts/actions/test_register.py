"""accounts/actions/register.py: what the answer to an address is made of, and the names people get."""

from datetime import timedelta
from itertools import islice
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.make_account import usernames
from accounts.actions.prove_address import prove
from accounts.actions.register import Details, Origin, admits, register, send_code
from accounts.errors import AddressNotAdmitted, NameTaken
from accounts.hashers import Argon2Hasher
from accounts.models import OneTimeCode, OutboxMessage, Registration, User
from accounts.tasks import prune
from tests.accounts.joining import NEW, allow
from tests.accounts.surfer import Surfer, an_address, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(settings: Any) -> None:
    allow(settings)


def ask(address: str) -> Registration:
    request = RequestFactory().post("/", REMOTE_ADDR=an_address())
    request.session = Surfer().client.session
    return register(request=request, details=Details(address), password=NEW, origin=Origin())


def test_a_known_address_costs_the_same_hash_and_the_same_queries_case_258(
    bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Milliseconds would tell of the machine; this is what they are made of."""
    make_person("off", is_active=False)
    computed = []
    real = Argon2Hasher.encode

    def counted(self: Any, *args: Any) -> Any:
        computed.append(1)
        return real(self, *args)

    monkeypatch.setattr(Argon2Hasher, "encode", counted)
    ask("first@example.com")
    shapes = set()
    for address in ("nobody@example.com", "bob@example.com", "BOB@example.com", "off@example.com"):
        computed.clear()
        with CaptureQueriesContext(connection) as seen:
            ask(address)
        assert len(computed) == 1, address
        shapes.add(tuple(one["sql"].split(" ")[0] for one in seen))
    assert len(shapes) == 1
    assert OneTimeCode.objects.count() == OutboxMessage.objects.count() == 5


def test_the_same_password_policy_as_everywhere_knows_the_address(bob: User) -> None:
    request = RequestFactory().post("/")
    request.session = Surfer().client.session
    with pytest.raises(Exception, match="personal"):
        register(
            request=request,
            details=Details("cleopatra@example.com", name="Cleopatra"),
            password="cleopatra-cleopatra",
            origin=Origin(),
        )


@pytest.mark.parametrize(
    ("mode", "address", "admitted"),
    [
        ("open", "a@anywhere.test", True),
        ("approval", "a@anywhere.test", True),
        ("invite", "a@example.com", False),
        ("closed", "a@example.com", False),
        ("domains", "a@Example.COM", True),
        ("domains", "a@bücher.example", True),
        ("domains", "a@xn--bcher-kva.example", True),
        ("domains", "a@sub.example.com", False),
    ],
)
def test_whom_each_mode_admits(settings: Any, mode: str, address: str, admitted: bool) -> None:
    allow(settings, mode, registration_domains=("example.com", "bücher.example"))
    assert admits(address) is admitted
    if not admitted:
        with pytest.raises(AddressNotAdmitted):
            ask(address)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("Anna.Meier@example.com", "anna.meier"),
        ("anna+shop@example.com", "anna"),
        ("+x@example.com", "person"),
        ("ＡＮＮＡ@example.com", "anna"),
        ("straße@example.com", "strasse"),
        ("o'brien@example.com", "o'brien"),
        ("x" * 64 + "@example.com", "x" * 60),
    ],
)
def test_names_come_from_the_address_in_canonical_form(address: str, name: str) -> None:
    assert next(usernames(address)) == name


def test_names_of_the_house_and_taken_ones_get_digits() -> None:
    assert next(usernames("admin@example.com")) != "admin"
    assert next(usernames("Postmaster+1@example.com")).startswith("postmaster-")
    assert len(set(islice(usernames("anna@example.com"), 12))) > 5
    make_person("anna", email="other@example.com")
    row = ask("ANNA@example.com")
    user = prove(request=RequestFactory().post("/"), registration=row)
    assert user.username.startswith("anna-")


def test_a_variant_of_an_address_is_the_same_person(bob: User) -> None:
    row = ask("ＢＯＢ@EXAMPLE.com")
    with pytest.raises(NameTaken):
        prove(request=RequestFactory().post("/"), registration=row)
    row.refresh_from_db()
    # Nothing is left of the attempt: the row can be proven when the address becomes free.
    assert (row.proven_at, row.user) == (None, None)


def test_a_spent_budget_of_mails_raises_nothing() -> None:
    row = ask("cleo@example.com")
    request = RequestFactory().post("/", REMOTE_ADDR=an_address())
    request.session = Surfer().client.session
    for _ in range(6):
        send_code(request=request, registration=row)
    assert OutboxMessage.objects.count() <= 4


def test_what_was_never_proven_is_forgotten_two_days_later() -> None:
    ask("cleo@example.com")
    now = timezone.now()
    with time_machine.travel(now + timedelta(hours=30), tick=True):
        prune()
    assert Registration.objects.exists()
    with time_machine.travel(now + timedelta(hours=49), tick=True):
        prune()
    assert not Registration.objects.exists()
    assert not OneTimeCode.objects.exists()
