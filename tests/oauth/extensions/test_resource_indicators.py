"""Which API a token is for (RFC 8707)."""

import pytest

from oauth import clients
from oauth.clients import ClientFacts
from oauth.errors import InvalidTarget
from oauth.extensions import resource_indicators as indicators
from oauth.models import Resource
from tests.factories import make_client, make_resource

pytestmark = pytest.mark.django_db
ORDERS, BILLS, ISSUER = "https://orders.test/api", "https://bills.test", "http://localhost:8000"


@pytest.fixture
def client() -> ClientFacts:
    api = make_resource(ORDERS)
    make_resource(BILLS, scopes=("bills.read",))
    made = make_client(scopes=["openid", "orders.read", "bills.read"], default_resource=api)
    found = clients.find(made.client_id)
    assert found is not None
    return found


def _audience(
    client: ClientFacts,
    granted: tuple[str, ...] | None,
    wanted: list[str],
    openid: bool = True,
) -> str:
    found = indicators.choose(client, granted, wanted, openid=openid)
    return found.identifier if found else ISSUER


@pytest.mark.spec(
    "RFC 8707",
    "2",
    "invalid_target: the requested resource is invalid, missing, unknown, or malformed.",
)
def test_what_is_asked_for_must_be_known_to_the_client(client: ClientFacts) -> None:
    assert indicators.check_requested(client, [ORDERS, BILLS, ORDERS]) == (ORDERS, BILLS)
    for wrong in (
        "https://else.test",
        "bills",
        f"{BILLS}#x",
        f"{BILLS}/",
        "https://bülls.test",
        "",
    ):
        with pytest.raises(InvalidTarget):
            indicators.check_requested(client, [ORDERS, wrong])


def test_signet_itself_needs_no_asking(client: ClientFacts) -> None:
    assert indicators.check_requested(client, [ISSUER, ORDERS]) == (ORDERS,)
    assert _audience(client, (), [ISSUER]) == ISSUER


def test_without_a_wish_it_is_the_default(client: ClientFacts) -> None:
    assert _audience(client, (BILLS,), []) == ORDERS
    plain = clients.find(make_client().client_id)
    assert plain is not None
    assert _audience(plain, (), []) == ISSUER


def test_without_a_wish_it_is_the_only_one_granted_unless_userinfo_is_meant(
    client: ClientFacts,
) -> None:
    plain = clients.find(make_client(scopes=["orders.read", "bills.read"]).client_id)
    assert plain is not None
    for one in (client, plain):
        assert _audience(one, (BILLS,), [], openid=False) == BILLS
    assert _audience(plain, (BILLS,), []) == ISSUER
    with pytest.raises(InvalidTarget):
        _audience(plain, (BILLS, ORDERS), [], openid=False)
    assert _audience(plain, (BILLS, ORDERS), []) == ISSUER
    assert _audience(client, (BILLS, ORDERS), [], openid=False) == ORDERS
    assert _audience(plain, None, [], openid=False) == ISSUER


def test_whoever_asks_for_a_scope_asks_for_its_api(client: ClientFacts) -> None:
    assert indicators.meant(client, (), ("openid", "bills.read")) == (BILLS,)
    assert set(indicators.meant(client, (), ("orders.read", "bills.read"))) == {ORDERS, BILLS}
    assert indicators.meant(client, (), ("openid", "email")) == ()
    assert indicators.meant(client, (ORDERS,), ("bills.read",)) == (ORDERS,)


def test_one_at_a_time_and_only_what_was_granted_case_082(client: ClientFacts) -> None:
    assert _audience(client, (BILLS,), [BILLS]) == BILLS
    assert _audience(client, (), [ORDERS]) == ORDERS
    for granted, wanted in (((), [BILLS]), ((BILLS,), [BILLS, ORDERS]), (None, ["https://x.test"])):
        with pytest.raises(InvalidTarget):
            indicators.choose(client, granted, wanted, openid=False)


def test_a_disabled_default_is_no_target_and_nobody_stands_in_for_it(client: ClientFacts) -> None:
    Resource.objects.filter(identifier=ORDERS).update(enabled=False)
    clients.forget()
    now = clients.find(client.client_id)
    assert now is not None
    for granted in (None, (), (BILLS,)):
        with pytest.raises(InvalidTarget):
            indicators.choose(now, granted, [], openid=True)
    assert _audience(now, (BILLS,), [BILLS]) == BILLS
    assert _audience(now, (), [ISSUER]) == ISSUER


def test_scopes_are_cut_to_what_means_something_there(client: ClientFacts) -> None:
    scopes = frozenset({"openid", "email", "orders.read", "bills.read"})
    assert indicators.scopes_at(None, scopes) == {"openid", "email"}
    assert indicators.scopes_at(client.resources[ORDERS], scopes) == {"orders.read"}
