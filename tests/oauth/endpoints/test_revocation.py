"""Revocation: either token ends the authorization, and nobody ends another client's."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from oauth import audit_events, clients
from oauth.models import Authorization, Client
from tests.factories import (
    code_of,
    make_authorization,
    make_client,
    make_public_client,
    make_resource,
    refresh_token_of,
)
from tests.oauth import wire

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return make_client()


def _revoke(client: Client | None, text: str, **form: str) -> wire.Answer:
    return wire.post("/oauth/revoke", client, token=text, **form)


@pytest.mark.spec(
    "RFC 7009",
    "2.1",
    "If the particular token is a refresh token, the authorization server SHOULD also invalidate all access tokens based on the same authorization grant.",
)
@pytest.mark.parametrize("which", ["refresh_token", "access_token"])
@pytest.mark.parametrize("hint", [None, "access_token", "refresh_token", "nonsense"])
def test_either_token_ends_them_all_case_169(client: Client, which: str, hint: str | None) -> None:
    given = wire.redeem(client, code_of(make_authorization(client))).json
    answer = _revoke(client, given[which], **({"token_type_hint": hint} if hint else {}))
    assert (answer.status, answer.body) == (200, b"")
    assert wire.refresh(client, given["refresh_token"]).error == (400, "invalid_grant")
    assert wire.userinfo(given["access_token"]).error == (401, "invalid_token")
    assert AuditEvent.objects.filter(name=audit_events.AUTHORIZATION_REVOKED).count() == 1


@pytest.mark.spec(
    "RFC 7009",
    "2.1",
    "The authorization server verifies whether the token was issued to the client making the revocation request.",
)
def test_another_clients_token_lives_on_case_170(client: Client) -> None:
    row = make_authorization(client)
    given = wire.redeem(client, code_of(row)).json
    public = make_public_client()
    for stranger in (make_client(), public):
        for text in (given["refresh_token"], given["access_token"]):
            assert _revoke(stranger, text).error == (400, "unauthorized_client")
    assert _revoke(None, given["refresh_token"]).error == (401, "invalid_client")
    assert wire.userinfo(given["access_token"]).status == 200
    row.refresh_from_db()
    assert row.revoked_at is None


def test_a_public_client_revokes_its_own() -> None:
    public = make_public_client()
    row = make_authorization(public, redeemed=True)
    assert _revoke(public, refresh_token_of(row)).status == 200
    row.refresh_from_db()
    assert row.revoke_reason == "revoked_by_client"


@pytest.mark.spec(
    "RFC 7009",
    "2.2",
    "The authorization server responds with HTTP status code 200 if the token has been revoked successfully or if the client submitted an invalid token.",
)
@pytest.mark.parametrize("text", ["x", "a.b.c", "sgr_k1.AAAA", "é", "☃"])
def test_unknown_and_malformed_tokens_are_gone_already_case_171(client: Client, text: str) -> None:
    assert _revoke(client, text).status == 200


def test_revoking_twice_is_the_same_as_once_case_171(client: Client) -> None:
    row = make_authorization(client, redeemed=True)
    for _ in range(2):
        assert _revoke(client, refresh_token_of(row)).status == 200
    assert AuditEvent.objects.filter(name=audit_events.AUTHORIZATION_REVOKED).count() == 1


def test_an_old_refresh_token_still_ends_the_authorization() -> None:
    public = make_public_client()
    row = make_authorization(public, redeemed=True)
    old = refresh_token_of(row)
    wire.refresh(public, old)
    _revoke(public, old)
    assert Authorization.objects.get().revoked_at is not None


@pytest.mark.parametrize("with_api", [True, False])
def test_a_token_that_only_time_ends_is_not_said_to_be_over(client: Client, with_api: bool) -> None:
    if with_api:
        client.default_resource = make_resource()
        client.save()
    access = wire.token(client, "client_credentials").json["access_token"]
    assert _revoke(client, access).error == (400, "unsupported_token_type")
    assert _revoke(make_client(), access).error == (400, "unauthorized_client")
    client.tokens_not_before = timezone.now() + timedelta(seconds=1)
    client.save()
    clients.forget()
    assert _revoke(client, access).status == 200


def test_a_token_is_asked_for(client: Client) -> None:
    assert _revoke(client, "").error == (400, "invalid_request")
