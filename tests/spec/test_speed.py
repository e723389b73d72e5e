"""What a request costs in queries (issue 2, Speed): the habits that reference/performance.md prices.

Counted in this process over the bare mount, which is what a web server runs.
"""

import pytest

from oauth import clients
from oauth.models import Authorization, Client, Resource
from tests.factories import (
    code_of,
    make_authorization,
    make_client,
    make_public_client,
    make_resource,
    refresh_token_of,
)
from tests.oauth import wire
from tests.oauth.queries import counted
from tests.support import jose, pkce, seeded

pytestmark = pytest.mark.django_db
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@pytest.fixture(autouse=True)
def _warm() -> None:
    wire.warm_keys()


def _machine_at(api: Resource, **over: object) -> Client:
    return make_client(
        profile="machine", grant_types=["client_credentials"], redirect_uris=[],
        scopes=["orders.read"], default_resource=api, **over,
    )  # fmt: skip


def _machine(**over: object) -> Client:
    return _machine_at(make_resource(), **over)


def test_client_credentials_cost_one_select_at_most() -> None:
    machine = _machine()
    with counted() as cold:
        assert wire.token(machine, "client_credentials").status == 200
    assert cold == {"SELECT": 1}
    with counted() as warm:
        assert wire.token(machine, "client_credentials", scope="orders.read").status == 200
    assert warm == {}


def test_an_assertion_costs_one_insert_more(settings: object) -> None:
    machine = _machine(
        token_endpoint_auth_method="private_key_jwt", jwks=jose.public_set(seeded.CLIENT_KEY)
    )

    def ask() -> int:
        issuer = settings.SIGNET.issuer  # type: ignore[attr-defined]
        assertion = jose.client_assertion(machine.client_id, issuer, seeded.CLIENT_KEY)
        return wire.token(
            None, "client_credentials", client_assertion=assertion, client_assertion_type=ASSERTION
        ).status

    with counted() as cold:
        assert ask() == 200
    assert cold == {"SELECT": 1, "INSERT": 1}
    with counted() as warm:
        assert ask() == 200
    assert warm == {"INSERT": 1}


@pytest.mark.parametrize("make", [make_client, make_public_client])
def test_a_code_costs_two_selects_and_one_update(make: type) -> None:
    client, verifier = make(), pkce.new_verifier()
    rows = [make_authorization(client, code_challenge=pkce.challenge(verifier)) for _ in range(2)]
    clients.forget()
    with counted() as cold:
        assert wire.redeem(client, code_of(rows[0]), code_verifier=verifier).status == 200
    assert cold["UPDATE"] == 1
    assert cold["SELECT"] <= 2
    assert cold.total() <= 3
    with counted() as warm:
        assert wire.redeem(client, code_of(rows[1]), code_verifier=verifier).status == 200
    assert warm == {"SELECT": 1, "UPDATE": 1}


def test_a_confidential_refresh_costs_two_selects_and_no_write() -> None:
    client = make_client()
    token = refresh_token_of(make_authorization(client, redeemed=True))
    clients.forget()
    with counted() as cold:
        assert wire.refresh(client, token).status == 200
    assert cold == {"SELECT": 2}
    with counted() as warm:
        assert wire.refresh(client, token).status == 200
    assert warm == {"SELECT": 1}


def test_a_public_refresh_costs_one_update() -> None:
    client = make_public_client()
    row = make_authorization(client, redeemed=True)
    clients.forget()
    with counted() as spent:
        assert wire.refresh(client, refresh_token_of(row)).status == 200
    assert spent == {"SELECT": 2, "UPDATE": 1}
    assert Authorization.objects.get(pk=row.pk).generation == 1


def test_introspection_costs_one_select_and_a_persons_token_one_more() -> None:
    api = make_resource()
    server = make_client(client_name="Orders API", scopes=[])
    api.introspectors.add(server)
    machine, shop = _machine_at(api), make_client()
    row = make_authorization(shop, scopes=["openid", "orders.read"], resources=[api.identifier])
    own = wire.token(machine, "client_credentials").json["access_token"]
    of_person = wire.redeem(shop, code_of(row), resource=api.identifier).json["access_token"]
    for token, price in ((own, 1), (of_person, 2)):
        assert wire.introspect(server, token).json["active"] is True
        with counted() as warm:
            assert wire.introspect(server, token).json["active"] is True
        assert warm == {"SELECT": price}


@pytest.mark.parametrize(
    "path",
    ["/oauth/jwks", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"],
)
def test_public_documents_cost_no_query(path: str) -> None:
    with counted() as spent:
        assert wire.call("GET", path).status == 200
        assert wire.call("HEAD", path).status == 200
    assert spent == {}
