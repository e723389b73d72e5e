"""Introspection: the truth of this moment, to those whom it concerns."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Group, Role
from oauth import clients
from oauth.models import Authorization, Client, Consent, Resource, Scope
from tests.factories import (
    code_of,
    make_authorization,
    make_client,
    make_public_client,
    make_resource,
    refresh_token_of,
)
from tests.oauth import wire
from tests.support import jose, pkce

pytestmark = pytest.mark.django_db
NOTHING = {"active": False}


@pytest.fixture
def client() -> Client:
    return make_client()


@pytest.fixture(params=["jwt", "opaque"])
def api(request: pytest.FixtureRequest) -> Resource:
    return make_resource(token_format=request.param)


@pytest.fixture
def server(api: Resource) -> Client:
    """The API itself, as a client that may introspect."""
    found = make_client(client_name="Orders API")
    api.introspectors.add(found)
    return found


def _access(client: Client, api: Resource) -> tuple[str, Authorization]:
    row = make_authorization(client, scopes=["openid", "orders.read"], resources=[api.identifier])
    return wire.redeem(client, code_of(row), resource=api.identifier).json["access_token"], row


def test_an_api_learns_everything_about_its_tokens(
    client: Client, api: Resource, server: Client
) -> None:
    access, row = _access(client, api)
    answer = wire.introspect(server, access)
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.json
    assert told["active"] is True
    assert told["aud"] == api.identifier
    assert told["client_id"] == client.client_id
    assert told["sub"] == row.subject.sub
    assert told["scope"] == "orders.read"
    assert told["token_type"] == "Bearer"
    assert told["exp"] - told["iat"] == 300


def test_opaque_and_jwt_say_the_same(client: Client, api: Resource, server: Client) -> None:
    access, _ = _access(client, api)
    assert access.startswith("sga_") is (api.token_format == "opaque")
    if api.token_format == "jwt":
        _, claims = jose.parts(access)
        told = wire.introspect(server, access).json
        assert {name: told[name] for name in claims} == claims


@pytest.mark.spec(
    "RFC 7662",
    "2.2",
    'If the protected resource is not allowed to introspect this particular token, the authorization server MUST return an introspection response with the "active" field set to "false".',
)
def test_everybody_else_sees_nothing_case_164(
    client: Client, api: Resource, server: Client
) -> None:
    access, _ = _access(client, api)
    other = make_resource("https://bills.test", scopes=("bills.read",))
    stranger = make_client()
    other.introspectors.add(stranger)
    assert wire.introspect(stranger, access).json == NOTHING
    assert wire.introspect(client, access).json == NOTHING
    assert wire.introspect(server, access).json["active"] is True


def test_tokens_for_signet_and_refresh_tokens_are_their_clients_business(client: Client) -> None:
    row = make_authorization(client)
    given = wire.redeem(client, code_of(row)).json
    for text in (given["access_token"], given["refresh_token"]):
        assert wire.introspect(client, text).json["active"] is True
        assert wire.introspect(make_client(), text).json == NOTHING
    assert "token_type" not in wire.introspect(client, given["refresh_token"]).json


@pytest.mark.spec(
    "RFC 7662",
    "2.1",
    "To prevent token scanning attacks, the endpoint MUST also require some form of authorization to access this endpoint.",
)
def test_whoever_does_not_authenticate_learns_nothing_case_162(client: Client) -> None:
    public = make_public_client()
    row = make_authorization(public, code_challenge=pkce.challenge("v" * 43))
    access = wire.redeem(public, code_of(row), code_verifier="v" * 43).json["access_token"]
    assert wire.introspect(public, access).error == (401, "invalid_client")
    assert wire.post("/oauth/introspect", token=access).error == (401, "invalid_client")
    bearer = {"AUTHORIZATION": f"Bearer {access}"}
    refused = wire.post("/oauth/introspect", headers=bearer, token=access)
    assert refused.error == (401, "invalid_client")


@pytest.mark.spec(
    "RFC 7662",
    "2.2",
    "The authorization server SHOULD NOT include any additional information about an inactive token, including why the token is inactive.",
)
@pytest.mark.parametrize("text", ["x", "a.b.c", "sgr_k1.AAAA", "sga_x", "sgc_x", "é", "☃" * 200])
def test_garbage_is_inactive_and_nothing_more_case_163(client: Client, text: str) -> None:
    answer = wire.introspect(client, text)
    assert answer.status == 200
    assert answer.json == NOTHING


def test_id_tokens_and_codes_are_no_access_case_166(client: Client) -> None:
    row = make_authorization(client)
    code = code_of(row)
    given = wire.redeem(client, code).json
    assert wire.introspect(client, given["id_token"]).json == NOTHING
    assert wire.introspect(client, code).json == NOTHING


@pytest.mark.spec(
    "RFC 7662",
    "2.1",
    "If the server is unable to locate the token using the given hint, it MUST extend its search across all of its supported token types.",
)
@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "nonsense", "", None])
def test_a_hint_changes_nothing_case_167(client: Client, hint: str | None) -> None:
    given = wire.redeem(client, code_of(make_authorization(client))).json
    for text in (given["access_token"], given["refresh_token"]):
        told = wire.introspect(client, text, token_type_hint=hint).json
        assert told["active"] is True


def test_a_token_is_asked_for(client: Client) -> None:
    assert wire.introspect(client, "").error == (400, "invalid_request")


def test_the_answer_is_about_now_and_not_about_the_signature(
    client: Client, api: Resource, server: Client
) -> None:
    access, row = _access(client, api)
    assert wire.introspect(server, access).json["roles"] == []
    row.user.roles.add(Role.objects.create(name="keeper"))
    assert wire.introspect(server, access).json["roles"] == ["keeper"]
    Consent.objects.update(scopes=["openid"])
    told = wire.introspect(server, access).json
    assert told["active"] is True
    assert "scope" not in told


def test_groups_and_what_else_the_api_is_told_are_of_this_moment(
    client: Client, api: Resource, server: Client
) -> None:
    api.claims = ["email", "department"]
    api.save()
    access, row = _access(client, api)
    told = wire.introspect(server, access).json
    assert told["email"] == row.user.email
    assert not {"groups", "department"} & set(told)
    row.user.email, row.user.attributes = "", {"department": "research", "aud": "https://evil.test"}
    row.user.save()
    row.user.groups.add(Group.objects.create(name="keepers"))
    told = wire.introspect(server, access).json
    assert told["groups"] == ["keepers"]
    assert told["department"] == "research"
    assert told["aud"] == api.identifier
    assert "email" not in told


def test_an_old_generation_is_inactive(client: Client) -> None:
    row = make_authorization(client, redeemed=True, generation=2, rotated_at=timezone.now())
    for generation in (2, 1):  # within the grace the predecessor still works
        assert wire.introspect(client, refresh_token_of(row, generation)).json["active"] is True
    for generation in (0, 3):
        assert wire.introspect(client, refresh_token_of(row, generation)).json == NOTHING
    Authorization.objects.update(rotated_at=timezone.now() - timedelta(minutes=2))
    assert wire.introspect(client, refresh_token_of(row, 1)).json == NOTHING


def test_a_clients_own_token_ends_with_its_cut_or_its_client(api: Resource, server: Client) -> None:
    machine = make_client(default_resource=api)
    access = wire.token(machine, "client_credentials").json["access_token"]
    assert wire.introspect(server, access).json["sub"] == machine.client_id
    machine.tokens_not_before = timezone.now() + timedelta(seconds=1)
    machine.save()
    from_now = make_client(default_resource=api)
    fresh = wire.token(from_now, "client_credentials").json["access_token"]
    assert wire.introspect(server, access).json == NOTHING
    assert wire.introspect(server, fresh).json["active"] is True


def _own_token(api: Resource, scope: str) -> tuple[str, Client]:
    machine = make_client(scopes=["orders.read", "orders.write"], default_resource=api)
    return wire.token(machine, "client_credentials", scope=scope).json["access_token"], machine


def _set(client: Client, **values: object) -> None:
    Client.objects.filter(pk=client.pk).update(**values)
    clients.forget()


def test_a_clients_own_token_is_worth_what_the_client_may_have_now(
    api: Resource, server: Client
) -> None:
    access, machine = _own_token(api, "orders.read orders.write")
    assert wire.introspect(server, access).json["scope"] == "orders.read orders.write"
    _set(machine, scopes=["orders.read"])
    assert wire.introspect(server, access).json["scope"] == "orders.read"
    Scope.objects.get(name="orders.read").roles.add(Role.objects.create(name="keeper"))
    clients.forget()
    told = wire.introspect(server, access).json
    assert told["active"] is True
    assert "scope" not in told


def test_a_clients_own_token_ends_with_its_grant_type(api: Resource, server: Client) -> None:
    access, machine = _own_token(api, "orders.read")
    _set(machine, grant_types=["authorization_code"])
    assert wire.introspect(server, access).json == NOTHING
    _set(machine, grant_types=["client_credentials"])
    assert wire.introspect(server, access).json["active"] is True


def test_a_clients_own_token_ends_when_the_api_is_none_of_its_apis_any_more(
    api: Resource, server: Client
) -> None:
    access, machine = _own_token(api, "orders.read")
    _set(machine, scopes=[])
    assert wire.introspect(server, access).json["active"] is True  # still its default API
    _set(machine, default_resource=None)
    assert wire.introspect(server, access).json == NOTHING


def test_the_tokens_of_a_disabled_api_are_inactive(
    client: Client, api: Resource, server: Client
) -> None:
    of_client, _ = _own_token(api, "orders.read")
    of_person, _ = _access(client, api)
    for enabled in (True, False):
        Resource.objects.update(enabled=enabled)
        clients.forget()
        for access in (of_client, of_person):
            assert wire.introspect(server, access).json["active"] is enabled
