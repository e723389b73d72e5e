"""One registration, invitation or address, proven from many places at one moment."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from accounts.actions.invite import invite
from accounts.actions.prove_address import by_code, prove, take_up
from accounts.actions.register import Details, Origin, by_link, register
from accounts.errors import LinkNotValid, NameTaken, TooManyAttempts
from accounts.models import AuditEvent, Browser, Group, Invitation, Registration, User
from tests.accounts.joining import NEW, allow, code_for, link_for
from tests.accounts.surfer import Surfer, make_person

_THREADS, _EACH = 20, 5
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _cheap(settings: Any) -> None:
    # The price of a hash is not what races here.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    allow(settings)


def at_once(one: Callable[[int], Any]) -> list[Any]:
    """What came of calling it a hundred times from twenty threads."""
    barrier = threading.Barrier(_THREADS)

    def run(number: int) -> list[Any]:
        barrier.wait(30)
        try:
            return [one(number * _EACH + turn) for turn in range(_EACH)]
        finally:
            connection.close()

    with ThreadPoolExecutor(_THREADS) as pool:
        return [found for many in pool.map(run, range(_THREADS)) for found in many]


def a_registration(address: str = "cleo@example.com", **over: Any) -> Registration:
    request = RequestFactory().post("/")
    request.session = Surfer().client.session
    return register(
        request=request, details=Details(address), password=NEW, origin=Origin(), **over
    )


def test_a_hundred_proofs_make_one_account_and_one_goes_on() -> None:
    secret = a_registration().details["link"]

    def proof(number: int) -> tuple[User, User | None]:
        row = by_link(secret)
        assert row is not None
        user = prove(request=RequestFactory().post("/"), registration=row)
        return user, take_up(row)

    found = at_once(proof)
    cleo = User.objects.get()
    assert {user for user, _ in found} == {cleo}
    assert [taken for _, taken in found if taken] == [cleo]
    assert AuditEvent.objects.filter(name="registered").count() == 1


def test_a_code_sent_by_many_presses_makes_one_account_and_fails_nobody() -> None:
    session = Surfer().client.session
    session["browser"] = str(Browser.objects.create().pk)
    session.save()
    asking = RequestFactory().post("/")
    asking.session = session
    row = register(
        request=asking, details=Details("cleo@example.com"), password=NEW, origin=Origin()
    )
    code = code_for("cleo@example.com")

    def press(number: int) -> User | None:
        request = RequestFactory().post("/")
        request.session = session
        mine = Registration.objects.get(pk=row.pk)
        try:
            return by_code(request=request, registration=mine, code=code)
        except TooManyAttempts:
            return None

    found = at_once(press)
    assert {one for one in found if one} == {User.objects.get()}
    assert sum(one is not None for one in found) >= 10


def test_of_a_hundred_registrations_of_one_address_one_gets_it() -> None:
    rows = [a_registration(address) for address in ("cleo@example.com", "CLEO@Example.com") * 50]
    assert len({row.browser_id for row in rows}) == 100

    def proof(number: int) -> str:
        try:
            prove(request=RequestFactory().post("/"), registration=rows[number])
        except NameTaken:
            return "taken"
        return "made"

    assert sorted(at_once(proof)) == ["made"] + ["taken"] * 99
    assert User.objects.count() == AuditEvent.objects.filter(name="registered").count() == 1


def test_a_hundred_people_of_one_local_part_get_names_of_their_own() -> None:
    rows = [a_registration(f"cleo@host{number}.example") for number in range(100)]
    at_once(lambda number: prove(request=RequestFactory().post("/"), registration=rows[number]))
    names = set(User.objects.values_list("username", flat=True))
    assert len(names) == 100
    assert all(re.fullmatch(r"cleo(-\d{4}|-[0-9a-f]{16})?", name) for name in names)


def test_an_invitation_makes_one_account_however_often_it_is_used() -> None:
    ada = make_person("ada", is_staff=True, is_superuser=True)
    row = Invitation.objects.create(
        email="cleo@example.com", digest="none yet", expires_at=timezone.now()
    )
    row.groups.add(Group.objects.create(name="staff"))
    invite(request=RequestFactory().get("/"), actor=ada, invitation=row)
    assert link_for("cleo@example.com")
    rows = [a_registration(f"cleo{number}@example.com", invitation=row) for number in range(100)]

    def proof(number: int) -> str:
        try:
            prove(request=RequestFactory().post("/"), registration=rows[number])
        except LinkNotValid:
            return "over"
        return "made"

    assert sorted(at_once(proof)) == ["made"] + ["over"] * 99
    assert User.objects.exclude(pk=ada.pk).get().groups.get().name == "staff"


def test_one_form_sent_from_many_tabs_is_one_registration() -> None:
    session = Surfer().client.session
    session["browser"] = str(Browser.objects.create().pk)
    session.save()

    def send(number: int) -> Any:
        request = RequestFactory().post("/")
        request.session = session
        details = Details("cleo@example.com")
        return register(request=request, details=details, password=NEW, origin=Origin()).pk

    assert len(set(at_once(send))) == Registration.objects.count() == 1
