"""A client for itself."""

import pytest

from accounts.models import Role
from oauth import clients
from oauth.models import Client, Resource, Scope
from tests.factories import make_client, make_public_client, make_resource
from tests.oauth import wire
from tests.oauth.queries import counted
from tests.support import jose

pytestmark = pytest.mark.django_db


@pytest.fixture
def api() -> Resource:
    return make_resource()


@pytest.fixture
def machine(api: Resource) -> Client:
    return make_client(profile="machine", default_resource=api, grant_types=["client_credentials"])


def _ask(client: Client, **form: object) -> wire.Answer:
    return wire.token(client, "client_credentials", **form)


@pytest.mark.spec(
    "RFC 9068",
    "2.2",
    'Where no resource owner is involved, such as the client credentials grant, the value of "sub" SHOULD correspond to an identifier the authorization server uses to indicate the client application.',
)
def test_the_token_names_the_client_as_subject_and_the_api_as_audience(
    machine: Client, api: Resource
) -> None:
    given = _ask(machine, scope="orders.read").json
    claims = jose.verify(given["access_token"], wire.published_keys(), "ES256")
    assert claims["sub"] == claims["client_id"] == machine.client_id
    assert claims["aud"] == api.identifier
    assert claims["scope"] == given["scope"] == "orders.read"
    assert not {"auth_time", "amr", "acr", "roles", "sid"} & set(claims)


@pytest.mark.spec("RFC 6749", "4.4.3", "A refresh token SHOULD NOT be included.")
def test_no_refresh_token_and_no_id_token_case_040(machine: Client) -> None:
    assert set(_ask(machine).json) == {"access_token", "token_type", "expires_in", "scope"}


def test_warm_it_asks_the_database_nothing(machine: Client) -> None:
    wire.warm_keys()
    with counted() as cold:
        assert _ask(machine).status == 200
    assert cold == {"SELECT": 1}
    with counted() as warm:
        assert _ask(machine).status == 200
    assert not warm


@pytest.mark.parametrize(
    "scope",
    ["openid", "profile", "offline_access", "orders.read openid", "orders.admin", 'orders"', "é"],
)
def test_scopes_of_people_and_of_others_are_refused_case_040(machine: Client, scope: str) -> None:
    assert _ask(machine, scope=scope).error == (400, "invalid_scope")


@pytest.mark.spec("RFC 6749", "A.4", "scope = scope-token *( SP scope-token )")
@pytest.mark.parametrize("between", ["\u00a0", "\t", "\n", "\x0b", "\u2003", "  "])
def test_only_a_single_space_parts_scopes(machine: Client, between: str) -> None:
    good = _ask(machine, scope="orders.read orders.write")
    assert good.json["scope"] == "orders.read orders.write"
    both = f"orders.read{between}orders.write"
    assert _ask(machine, scope=both).error == (400, "invalid_scope")


@pytest.mark.parametrize("scope", [" ", " orders.read", "orders.read "])
def test_a_scope_of_spaces_is_not_no_scope(machine: Client, scope: str) -> None:
    assert _ask(machine, scope=scope).error == (400, "invalid_scope")
    assert _ask(machine, scope="").status == 200


def test_a_scope_for_holders_of_a_role_is_for_people(machine: Client) -> None:
    Scope.objects.get(name="orders.write").roles.add(Role.objects.create(name="keeper"))
    assert _ask(machine, scope="orders.write").error == (400, "invalid_scope")
    assert _ask(machine).json["scope"] == "orders.read"


@pytest.mark.spec(
    "RFC 6749",
    "4.4",
    "The client credentials grant type MUST only be used by confidential clients.",
)
def test_a_public_client_has_nothing_of_its_own_case_060() -> None:
    public = make_public_client(grant_types=["client_credentials"])
    assert _ask(public).error == (400, "unauthorized_client")


def test_public_by_mistake_in_a_confidential_profile_is_still_public() -> None:
    odd = make_client(token_endpoint_auth_method="none", grant_types=["client_credentials"])
    assert _ask(odd).error == (400, "unauthorized_client")


def test_the_scopes_alone_name_the_api(api: Resource) -> None:
    client = make_client(grant_types=["client_credentials"])
    given = _ask(client, scope="orders.read").json
    claims = jose.verify(given["access_token"], wire.published_keys(), "ES256")
    assert claims["aud"] == api.identifier


def test_a_token_for_signet_itself_opens_nothing(api: Resource) -> None:
    given = _ask(make_client(), resource="http://localhost:8000").json
    assert "scope" not in given
    assert wire.userinfo(given["access_token"]).error == (403, "insufficient_scope")


def test_lifetime_is_the_shortest_that_anybody_named(machine: Client, api: Resource) -> None:
    Resource.objects.update(access_token_lifetime=120)
    machine.access_token_lifetime = 60
    machine.save()
    assert _ask(machine).json["expires_in"] == 60


def test_an_unknown_or_disabled_api_is_no_target(machine: Client, api: Resource) -> None:
    assert _ask(machine, resource="https://else.test").error == (400, "invalid_target")
    assert _ask(machine, resource="not a uri").error == (400, "invalid_target")
    assert _ask(machine, resource=api.identifier).status == 200


def test_a_disabled_default_api_is_an_error_and_no_token_for_signet(machine: Client) -> None:
    Resource.objects.update(enabled=False)
    clients.forget()
    for scope in (None, "orders.read"):
        assert _ask(machine, scope=scope).error == (400, "invalid_target")
    Resource.objects.update(enabled=True)
    clients.forget()
    assert _ask(machine).status == 200
