"""Codes, from the first good redemption to every bad one."""

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from oauth import audit_events, grant_row
from oauth.models import Authorization, Client, RequestRecord
from tests.factories import (
    code_of,
    make_authorization,
    make_client,
    make_public_client,
    make_resource,
    make_user,
)
from tests.oauth import wire
from tests.oauth.queries import counted
from tests.support import jose, pkce

pytestmark = pytest.mark.django_db
VERIFIER = "v" * 43


@pytest.fixture
def client() -> Client:
    return make_client()


def _reason() -> str:
    return RequestRecord.objects.latest("id").reason


def test_a_code_becomes_tokens_for_the_person_who_said_yes(client: Client) -> None:
    row = make_authorization(client, nonce="n-0S6_WzA2Mj")
    answer = wire.redeem(client, code_of(row))
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "application/json"
    given = answer.json
    assert given["token_type"] == "Bearer"
    assert given["expires_in"] == 300
    assert given["scope"] == "openid profile"
    claims = jose.verify(given["id_token"], wire.published_keys(), "RS256")
    assert claims["iss"] == "http://localhost:8000"
    assert claims["aud"] == client.client_id
    assert claims["sub"] == row.subject.sub
    assert claims["nonce"] == "n-0S6_WzA2Mj"
    assert claims["sid"] == row.sid
    assert claims["auth_time"] == int(row.auth_time.timestamp())
    assert claims["at_hash"] == jose.half_hash("RS256", given["access_token"])
    assert not {"name", "email", "azp"} & set(claims)


def test_of_no_scope_the_answer_says_nothing(client: Client) -> None:
    given = wire.redeem(client, code_of(make_authorization(client, scopes=[]))).json
    assert given["access_token"] and "scope" not in given


@pytest.mark.spec(
    "RFC 9068",
    "2.1",
    'JWT access tokens MUST include this media type in the "typ" header parameter.',
)
def test_the_access_token_is_for_one_audience_and_typed_so(client: Client) -> None:
    row = make_authorization(client)
    access = wire.redeem(client, code_of(row)).json["access_token"]
    head, _ = jose.parts(access)
    claims = jose.verify(access, wire.published_keys(), "ES256")
    assert head["typ"] == "at+jwt"
    assert claims["aud"] == "http://localhost:8000"
    assert claims["client_id"] == client.client_id
    assert claims["exp"] - claims["iat"] == 300
    assert str(row.pk) not in claims["jti"]
    assert "" not in claims.values()


@pytest.mark.spec(
    "OpenID Connect Core 1.0",
    "3.1.2.1",
    "OpenID Connect requests MUST contain the openid scope value.",
)
def test_an_id_token_needs_openid(client: Client) -> None:
    row = make_authorization(client, scopes=["profile"])
    given = wire.redeem(client, code_of(row)).json
    assert "id_token" not in given
    assert given["scope"] == "profile"


def test_no_refresh_token_where_the_row_gives_none(client: Client) -> None:
    row = make_authorization(client, refreshable=False)
    assert "refresh_token" not in wire.redeem(client, code_of(row)).json


def test_a_cold_redemption_costs_two_selects_and_one_update(client: Client) -> None:
    code = code_of(make_authorization(client))
    wire.warm_keys()
    with counted() as statements:
        assert wire.redeem(client, code).status == 200
    assert statements == {"SELECT": 2, "UPDATE": 1}


@pytest.mark.spec(
    "RFC 6749",
    "4.1.2",
    "If an authorization code is used more than once, the authorization server MUST deny the request and SHOULD revoke (when possible) all tokens previously issued based on that authorization code.",
)
def test_a_second_use_is_refused_and_ends_what_the_first_gave_case_030(client: Client) -> None:
    code = code_of(make_authorization(client))
    given = wire.redeem(client, code).json
    assert wire.userinfo(given["access_token"]).status == 200
    assert wire.redeem(client, code).error == (400, "invalid_grant")
    assert _reason() == "code_replayed"
    assert wire.userinfo(given["access_token"]).error == (401, "invalid_token")
    assert wire.refresh(client, given["refresh_token"]).error == (400, "invalid_grant")
    event = AuditEvent.objects.get(name=audit_events.CODE_REPLAYED)
    assert event.client_id == client.client_id


def test_a_replay_after_the_code_expired_still_revokes(client: Client) -> None:
    row = make_authorization(client, redeemed=True)
    Authorization.objects.update(code_expires_at=timezone.now() - timedelta(seconds=30))
    assert wire.redeem(client, code_of(row)).error == (400, "invalid_grant")
    row.refresh_from_db()
    assert row.revoke_reason == "code_replayed"


@pytest.mark.parametrize("begun_before_the_winner", [timedelta(0), timedelta(seconds=1)])
def test_losing_the_race_revokes_whatever_the_clocks_say(
    client: Client, begun_before_the_winner: timedelta
) -> None:
    row = make_authorization(client)
    later = timezone.now() + begun_before_the_winner
    Authorization.objects.update(code_redeemed_at=later)
    assert wire.redeem(client, code_of(row)).error == (400, "invalid_grant")
    row.refresh_from_db()
    assert row.revoked_at is not None


def _as_read_before(row: Authorization) -> Any:
    """The next read of the row gives what it was when this was called; then the truth."""
    before, truly = grant_row.read(row.pk), grant_row.read
    reads = iter([before])
    return mock.patch.object(grant_row, "read", lambda pk: next(reads, None) or truly(pk))


def test_whoever_read_the_code_unspent_and_comes_second_gets_nothing_case_029(
    client: Client,
) -> None:
    row = make_authorization(client)
    slow = _as_read_before(row)
    given = wire.redeem(client, code_of(row)).json
    with slow:
        assert wire.redeem(client, code_of(row)).error == (400, "invalid_grant")
    assert _reason() == "code_replayed"
    assert wire.userinfo(given["access_token"]).error == (401, "invalid_token")


def test_what_was_revoked_after_it_was_read_gives_nothing(client: Client) -> None:
    row = make_authorization(client)
    slow = _as_read_before(row)
    Authorization.objects.all().revoke("ended_by_person")
    with slow:
        assert wire.redeem(client, code_of(row)).error == (400, "invalid_grant")
    row.refresh_from_db()
    assert row.code_redeemed_at is None
    assert row.revoke_reason == "ended_by_person"


def test_a_client_that_sends_twice_is_spared_within_its_tolerance() -> None:
    client = make_client(replay_tolerance=900)
    row = make_authorization(client, redeemed=True)
    assert wire.redeem(client, code_of(row)).error == (400, "invalid_grant")
    row.refresh_from_db()
    assert row.revoked_at is None
    Authorization.objects.update(code_redeemed_at=timezone.now() - timedelta(seconds=1))
    wire.redeem(client, code_of(row))
    row.refresh_from_db()
    assert row.revoked_at is not None


def test_only_a_fully_valid_replay_revokes(client: Client) -> None:
    row = make_authorization(client, redeemed=True, code_challenge=pkce.challenge(VERIFIER))
    stranger = make_client()
    code = code_of(row)
    assert wire.redeem(stranger, code).error == (400, "invalid_grant")
    assert wire.redeem(client, code, code_verifier="w" * 43).error == (400, "invalid_grant")
    assert wire.redeem(client, code, redirect_uri="https://rp.test/other").status == 400
    assert wire.token(None, "authorization_code", code=code).status == 401
    row.refresh_from_db()
    assert row.revoked_at is None
    assert wire.redeem(client, code, code_verifier=VERIFIER).status == 400
    row.refresh_from_db()
    assert row.revoked_at is not None


@pytest.mark.spec(
    "RFC 6749",
    "4.1.3",
    "The authorization server MUST ensure that the authorization code was issued to the authenticated confidential client.",
)
def test_a_code_of_another_client_is_refused_and_stays_usable_case_033(client: Client) -> None:
    code = code_of(make_authorization(client))
    assert wire.redeem(make_client(), code).error == (400, "invalid_grant")
    assert _reason() == "code_of_another_client"
    assert wire.redeem(client, code).status == 200


@pytest.mark.spec(
    "RFC 6749",
    "4.1.3",
    'The authorization server MUST, if the client is public, ensure that the code was issued to "client_id" in the request.',
)
def test_public_clients_cannot_swap_codes_case_033() -> None:
    mine, other = make_public_client(), make_public_client()
    row = make_authorization(mine, code_challenge=pkce.challenge(VERIFIER))
    refused = wire.redeem(other, code_of(row), code_verifier=VERIFIER)
    assert refused.error == (400, "invalid_grant")
    assert wire.redeem(mine, code_of(row), code_verifier=VERIFIER).status == 200


@pytest.mark.spec(
    "RFC 6749",
    "4.1.3",
    'The authorization server MUST ensure that the "redirect_uri" parameter is present if it was included in the initial authorization request, and if included ensure that their values are identical.',
)
@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ("https://rp.test/cb/", "redirect_uri_differs@18"),
        ("https://rp.test/CB", "redirect_uri_differs@16"),
        (None, "redirect_uri_missing"),
    ],
)
def test_redirect_uri_must_be_the_same_case_034(
    client: Client, other: str | None, reason: str
) -> None:
    code = code_of(make_authorization(client))
    assert wire.redeem(client, code, redirect_uri=other).error == (400, "invalid_grant")
    assert RequestRecord.objects.get().reason == reason
    assert wire.redeem(client, code).status == 200


@pytest.mark.spec(
    "RFC 6749",
    "4.1.2",
    "The authorization code MUST expire shortly after it is issued to mitigate the risk of leaks.",
)
@pytest.mark.parametrize(("seconds", "status"), [(1, 200), (-1, 400)])
def test_a_code_ends_with_its_minute_case_035(client: Client, seconds: int, status: int) -> None:
    row = make_authorization(client, code_expires_at=timezone.now() + timedelta(seconds=seconds))
    assert wire.redeem(client, code_of(row)).status == status


def test_a_failed_authentication_burns_nothing(client: Client) -> None:
    code = code_of(make_authorization(client))
    wrong = {"AUTHORIZATION": wire.basic(client.client_id, "sgs_wrong")}
    refused = wire.post("/oauth/token", headers=wrong, grant_type="authorization_code", code=code)
    assert refused.error == (401, "invalid_client")
    assert wire.redeem(client, code).status == 200


@pytest.mark.spec(
    "RFC 7636",
    "4.6",
    'If the values are not equal, an error response indicating "invalid_grant" MUST be returned.',
)
@pytest.mark.parametrize(
    "verifier", [None, "", "w" * 43, "v" * 42, "v" * 129, "v" * 42 + "é", "v" * 42 + " "]
)
def test_the_verifier_must_fit_case_065(client: Client, verifier: str | None) -> None:
    row = make_authorization(client, code_challenge=pkce.challenge(VERIFIER))
    refused = wire.redeem(client, code_of(row), code_verifier=verifier)
    assert refused.error == (400, "invalid_grant")
    assert wire.redeem(client, code_of(row), code_verifier=VERIFIER).status == 200


@pytest.mark.spec(
    "RFC 9700",
    "2.1.1",
    "Authorization servers MUST mitigate PKCE downgrade attacks by ensuring that a token request containing a code_verifier parameter is accepted only if a code_challenge parameter was present in the authorization request.",
)
def test_a_verifier_without_a_challenge_is_a_downgrade_case_064(client: Client) -> None:
    row = make_authorization(client)
    refused = wire.redeem(client, code_of(row), code_verifier=VERIFIER)
    assert refused.error == (400, "invalid_grant")
    assert _reason() == "pkce_downgraded"


@pytest.mark.parametrize("text", ["x", "sgc_", "sgc_k1.", "sgc_k1.AAAA", "sgc_nokey.AAAA", "é" * 9])
def test_what_does_not_open_is_refused_without_a_query(client: Client, text: str) -> None:
    wire.redeem(client, text)
    with counted() as statements:
        assert wire.redeem(client, text).error == (400, "invalid_grant")
    assert statements["SELECT"] == 0


def test_a_refresh_token_is_no_code_and_a_code_no_refresh_token(client: Client) -> None:
    row = make_authorization(client)
    code = code_of(row)
    assert wire.refresh(client, code).error == (400, "invalid_grant")
    token = wire.redeem(client, code).json["refresh_token"]
    assert wire.redeem(client, token).error == (400, "invalid_grant")
    assert wire.redeem(client, token.replace("sgr_", "sgc_")).error == (400, "invalid_grant")


def test_a_code_without_its_rows_secret_is_worthless(client: Client) -> None:
    row = make_authorization(client)
    code = code_of(row)
    Authorization.objects.update(secret=b"0" * 16)
    assert wire.redeem(client, code).error == (400, "invalid_grant")


def test_without_the_grant_the_client_is_not_served() -> None:
    client = make_client(grant_types=["client_credentials"])
    code = code_of(make_authorization(client))
    assert wire.redeem(client, code).error == (400, "unauthorized_client")


def test_resources_are_granted_together_and_asked_for_one_at_a_time(client: Client) -> None:
    orders = make_resource()
    bills = make_resource("https://bills.test", scopes=("bills.read",), token_format="opaque")
    client.scopes = [*client.scopes, "bills.read"]
    client.save()
    scopes = ["openid", "orders.read", "bills.read"]
    granted = {"resources": [orders.identifier, bills.identifier], "scopes": scopes}
    several = wire.redeem(
        client,
        code_of(make_authorization(client, **granted)),
        resource=[orders.identifier, bills.identifier],
    )
    assert several.error == (400, "invalid_target")
    code = code_of(make_authorization(client, **granted))
    assert wire.redeem(client, code, resource="https://else.test").error == (400, "invalid_target")
    given = wire.redeem(client, code, resource=orders.identifier).json
    claims = jose.verify(given["access_token"], wire.published_keys(), "ES256")
    assert claims["aud"] == orders.identifier
    assert claims["scope"] == given["scope"] == "orders.read"
    assert claims["roles"] == []
    second = wire.refresh(client, given["refresh_token"], resource=bills.identifier).json
    assert second["access_token"].startswith("sga_")
    assert second["scope"] == "bills.read"
    own = wire.refresh(client, given["refresh_token"], resource="http://localhost:8000").json
    assert wire.userinfo(own["access_token"]).status == 200
    assert wire.userinfo(given["access_token"]).error == (401, "invalid_token")


def test_the_one_api_asked_for_is_the_audience_where_nobody_signs_in_with_it() -> None:
    orders = make_resource()
    client = make_client()
    asked = {"scopes": ["orders.read"], "resources": [orders.identifier]}
    given = wire.redeem(client, code_of(make_authorization(client, make_user(), **asked))).json
    again = wire.refresh(client, given["refresh_token"]).json
    for answer in (given, again):
        claims = jose.verify(answer["access_token"], wire.published_keys(), "ES256")
        assert claims["aud"] == orders.identifier
        assert claims["scope"] == answer["scope"] == "orders.read"


def test_scopes_of_one_api_are_no_scopes_at_another() -> None:
    orders, bills = make_resource(), make_resource("https://bills.test", scopes=("bills.read",))
    by_roles = make_resource("https://roles.test", scopes=())
    scopes = ["openid", "orders.read", "bills.read"]
    client = make_client(scopes=scopes, default_resource=by_roles)
    apis = [one.identifier for one in (orders, bills, by_roles)]
    asked = {"scopes": ["openid", "orders.read"], "resources": apis}
    code = code_of(make_authorization(client, make_user(), **asked))
    refused = wire.redeem(client, code, resource=bills.identifier)
    assert refused.error == (400, "invalid_scope")
    given = wire.redeem(client, code, resource=orders.identifier).json
    refused = wire.refresh(client, given["refresh_token"], resource=bills.identifier)
    assert refused.error == (400, "invalid_scope")
    assert RequestRecord.objects.filter(reason="scope_not_at_resource").count() == 2
    by_roles_given = wire.refresh(client, given["refresh_token"], resource=by_roles.identifier)
    assert "scope" not in by_roles_given.json


@pytest.mark.spec(
    "RFC 9068",
    "3",
    'If the request does not include a "resource" parameter, the authorization server MUST use a default resource indicator in the "aud" claim.',
)
def test_the_default_api_is_the_audience_where_none_is_named() -> None:
    orders = make_resource()
    client = make_client(default_resource=orders)
    row = make_authorization(client, make_user(), scopes=["openid", "orders.read"])
    given = wire.redeem(client, code_of(row)).json
    claims = jose.verify(given["access_token"], wire.published_keys(), "ES256")
    assert claims["aud"] == orders.identifier
    assert claims["scope"] == "orders.read"
