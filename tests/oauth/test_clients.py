"""Clients as plain values, at most a second old."""

import time
from types import SimpleNamespace

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Role
from oauth import clients
from oauth.models import Client, Scope
from tests.factories import add_secret, make_client, make_resource
from tests.oauth.queries import counted

pytestmark = pytest.mark.django_db


def test_a_second_look_within_a_second_asks_nobody() -> None:
    client_id = make_client().client_id
    with counted() as cold:
        clients.find(client_id)
    with counted() as warm:
        clients.find(client_id)
    assert cold == {"SELECT": 1}
    assert not warm


def test_a_change_is_known_after_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    client = make_client()
    moment = time.monotonic()
    monkeypatch.setattr(clients, "time", SimpleNamespace(monotonic=lambda: moment))
    assert clients.find(client.client_id) is not None
    Client.objects.update(enabled=False)
    moment += 0.99
    known = clients.find(client.client_id)
    assert known is not None
    assert known.enabled
    moment += 0.02
    known = clients.find(client.client_id)
    assert known is not None
    assert not known.enabled


def test_the_second_counts_from_the_start_of_the_query(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow answer is old when it arrives."""
    client = make_client()
    ticks = iter([0.0, 1.5])
    monkeypatch.setattr(clients, "time", SimpleNamespace(monotonic=lambda: next(ticks)))
    clients.find(client.client_id)
    with counted() as statements:
        clients.find(client.client_id)
    assert statements == {"SELECT": 1}


@pytest.mark.parametrize("name", ["", "é", "\0", "a\nb", "x" * 256, "\ud800", "🙂"])
def test_what_can_be_no_client_id_costs_no_query(name: str) -> None:
    with counted() as statements:
        assert clients.find(name) is None
    assert not statements


def test_unknown_names_are_not_remembered() -> None:
    assert clients.find("c_soon") is None
    Client.objects.create(client_id="c_soon", client_name="x")
    assert clients.find("c_soon") is not None


def test_a_client_sees_the_apis_and_scopes_that_it_may_use() -> None:
    orders, bills = make_resource(), make_resource("https://bills.test", scopes=("bills.read",))
    make_resource("https://else.test", scopes=("else.read",))
    off = make_resource("https://off.test", scopes=("off.read",), enabled=False)
    keeper = Role.objects.create(name="keeper")
    Scope.objects.get(name="orders.write").roles.add(keeper)
    made = make_client(
        scopes=["openid", "orders.read", "orders.write", "off.read"], default_resource=bills
    )
    found = clients.find(made.client_id)
    assert found is not None
    assert set(found.resources) == {orders.identifier, bills.identifier}
    assert off.identifier not in found.resources
    assert found.default_resource == bills.identifier
    assert set(found.resources[orders.identifier].scopes) == {"orders.read", "orders.write"}
    assert found.resources[orders.identifier].scopes["orders.write"].roles == {str(keeper.pk)}
    assert not found.resources[bills.identifier].scopes


def test_revoked_secrets_are_not_even_read_and_expiry_is_looked_at_each_time() -> None:
    made = make_client(secret=None)
    now = timezone.now()
    add_secret(made, "a", revoked_at=now)
    kept = add_secret(made, "b", expires_at=now)
    found = clients.find(made.client_id)
    assert found is not None
    assert [secret.id for secret in found.secrets] == [str(kept.pk)]
    with time_machine.travel(now, tick=False):
        assert found.secrets[0].expires_at == pytest.approx(now.timestamp(), abs=0.001)


def test_a_profile_of_a_newer_version_makes_no_client_here() -> None:
    made = make_client(profile="from-the-future")
    assert clients.find(made.client_id) is None
