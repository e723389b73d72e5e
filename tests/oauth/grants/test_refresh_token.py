"""Refreshing: nobody is logged out by a retry, and a stolen token ends itself."""

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from accounts.models import AuditEvent, OutboxMessage, Session
from accounts.notifications import email
from oauth import audit_events, grant_row, token_status
from oauth.end_access import end_access
from oauth.models import Authorization, Client, Consent, RequestRecord
from tests.factories import (
    make_authorization,
    make_client,
    make_public_client,
    make_resource,
    refresh_token_of,
)
from tests.oauth import wire
from tests.oauth.queries import counted
from tests.support import jose

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return make_client()


@pytest.fixture
def public() -> Client:
    return make_public_client()


def _redeemed(client: Client, **over: Any) -> Authorization:
    return make_authorization(client, redeemed=True, **over)


def _reason() -> str:
    return RequestRecord.objects.latest("id").reason


def test_a_confidential_client_keeps_its_refresh_token_case_083(client: Client) -> None:
    token = refresh_token_of(_redeemed(client))
    for _ in range(3):
        answer = wire.refresh(client, token)
        assert answer.status == 200
        assert answer.json["refresh_token"] == token


def test_a_warm_refresh_reads_once_or_twice_and_writes_nothing(client: Client) -> None:
    token = refresh_token_of(_redeemed(client))
    wire.warm_keys()
    with counted() as cold:
        assert wire.refresh(client, token).status == 200
    assert cold == {"SELECT": 2}
    with counted() as warm:
        assert wire.refresh(client, token).status == 200
    assert warm == {"SELECT": 1}


def test_the_last_use_is_written_once_a_minute(client: Client) -> None:
    long_ago = timezone.now() - timedelta(seconds=61)
    row = _redeemed(client)
    Authorization.objects.update(last_used_at=long_ago)
    token = refresh_token_of(row)
    with counted() as first:
        wire.refresh(client, token)
    assert first["UPDATE"] == 1
    row.refresh_from_db()
    assert row.last_used_at is not None
    assert row.last_used_at > long_ago
    with counted() as second:
        wire.refresh(client, token)
    assert second["UPDATE"] == 0


@pytest.mark.spec(
    "OpenID Connect Core 1.0",
    "12.2",
    "Its sub Claim Value MUST be the same as in the ID Token issued when the original authentication occurred, and its auth_time MUST represent the time of the original authentication.",
)
def test_a_refreshed_id_token_is_about_the_same_person_and_sign_in(client: Client) -> None:
    row = _redeemed(client, nonce="only-once")
    given = wire.refresh(client, refresh_token_of(row)).json
    claims = jose.verify(given["id_token"], wire.published_keys(), "RS256")
    assert claims["sub"] == row.subject.sub
    assert claims["aud"] == client.client_id
    assert claims["auth_time"] == int(row.auth_time.timestamp())
    assert claims["sid"] == row.sid
    assert "nonce" not in claims


@pytest.mark.spec(
    "RFC 9700",
    "4.14.2",
    "Refresh token rotation: the authorization server issues a new refresh token with every access token refresh response.",
)
def test_a_public_client_gets_a_new_one_at_every_use_case_072(public: Client) -> None:
    row = _redeemed(public)
    seen = {refresh_token_of(row)}
    token = refresh_token_of(row)
    for generation in (1, 2, 3):
        token = wire.refresh(public, token).json["refresh_token"]
        assert token not in seen
        seen.add(token)
        row.refresh_from_db()
        assert row.generation == generation


def test_a_retry_gets_the_same_successor_case_074(public: Client) -> None:
    token = refresh_token_of(_redeemed(public))
    first = wire.refresh(public, token).json["refresh_token"]
    again = wire.refresh(public, token)
    assert again.status == 200
    assert again.json["refresh_token"] == first
    assert wire.refresh(public, first).status == 200


def test_the_grace_ends_when_the_successor_is_used_case_073(public: Client) -> None:
    row = _redeemed(public)
    token = refresh_token_of(row)
    successor = wire.refresh(public, token).json["refresh_token"]
    newest = wire.refresh(public, successor).json
    assert wire.refresh(public, token).error == (400, "invalid_grant")
    row.refresh_from_db()
    assert row.revoke_reason == "refresh_reused"
    assert wire.refresh(public, newest["refresh_token"]).error == (400, "invalid_grant")
    assert wire.userinfo(newest["access_token"]).error == (401, "invalid_token")


def test_the_grace_ends_after_a_minute_case_074(public: Client) -> None:
    row = _redeemed(public)
    token = refresh_token_of(row)
    wire.refresh(public, token)
    Authorization.objects.update(rotated_at=timezone.now() - timedelta(seconds=61))
    assert wire.refresh(public, token).error == (400, "invalid_grant")
    row.refresh_from_db()
    assert row.revoked_at is not None


def _as_read_before(row: Authorization) -> Any:
    """The next read of the row gives what it was when this was called; then the truth."""
    before, truly = grant_row.read(row.pk), grant_row.read
    reads = iter([before])
    return mock.patch.object(grant_row, "read", lambda pk: next(reads, None) or truly(pk))


def test_the_loser_of_a_race_answers_with_the_winners_token(public: Client) -> None:
    row = _redeemed(public)
    slow = _as_read_before(row)
    won = wire.refresh(public, refresh_token_of(row)).json["refresh_token"]
    with slow:
        lost = wire.refresh(public, refresh_token_of(row))
    assert lost.status == 200
    assert lost.json["refresh_token"] == won
    row.refresh_from_db()
    assert row.generation == 1


def test_a_loser_two_generations_behind_gets_nothing_and_ends_nothing(public: Client) -> None:
    row = _redeemed(public)
    slow = _as_read_before(row)
    newest = wire.refresh(public, refresh_token_of(row)).json["refresh_token"]
    newest = wire.refresh(public, newest).json["refresh_token"]
    with slow:
        assert wire.refresh(public, refresh_token_of(row)).error == (400, "invalid_grant")
    assert wire.refresh(public, newest).status == 200


def test_what_was_revoked_after_it_was_read_gives_nothing(public: Client, client: Client) -> None:
    for one in (public, client):
        row = _redeemed(one)
        Authorization.objects.update(last_used_at=timezone.now() - timedelta(seconds=61))
        slow = _as_read_before(row)
        Authorization.objects.all().revoke("ended_by_person")
        with slow:
            assert wire.refresh(one, refresh_token_of(row)).error == (400, "invalid_grant"), one


def test_reuse_is_audited_and_the_person_is_told(public: Client) -> None:
    row = _redeemed(public, generation=5, rotated_at=timezone.now())
    wire.refresh(public, refresh_token_of(row, 3))
    event = AuditEvent.objects.get(name=audit_events.REFRESH_REUSED)
    assert event.client_id == public.client_id
    assert event.subject == row.user
    message = OutboxMessage.objects.get(purpose="access_ended_by_reuse")
    mail = email.compose(message)
    assert mail.to == [row.user.email]
    assert mail.subject == "Shop was signed out of your account"
    assert "http://localhost:8000/apps" in mail.body
    wire.refresh(public, refresh_token_of(row, 3))
    assert OutboxMessage.objects.count() == 1


def test_a_token_from_the_future_revokes_nothing(public: Client) -> None:
    row = _redeemed(public, generation=2, rotated_at=timezone.now())
    assert wire.refresh(public, refresh_token_of(row, 3)).error == (400, "invalid_grant")
    row.refresh_from_db()
    assert row.revoked_at is None
    assert AuditEvent.objects.filter(name=audit_events.REFRESH_FROM_THE_FUTURE).exists()
    assert wire.refresh(public, refresh_token_of(row, 2)).status == 200


@pytest.mark.spec(
    "RFC 6749",
    "6",
    "The authorization server MUST ensure that the refresh token was issued to the authenticated client.",
)
def test_another_clients_refresh_token_is_refused_and_lives_on_case_075(client: Client) -> None:
    token = refresh_token_of(_redeemed(client))
    assert wire.refresh(make_client(), token).error == (400, "invalid_grant")
    assert _reason() == "refresh_token_of_another_client"
    unauthenticated = wire.token(None, "refresh_token", refresh_token=token)
    assert unauthenticated.error == (401, "invalid_client")
    assert wire.refresh(client, token).status == 200


@pytest.mark.spec(
    "RFC 6749",
    "6",
    "The requested scope MUST NOT include any scope not originally granted by the resource owner.",
)
def test_scope_may_be_narrowed_and_never_widened_case_076(client: Client) -> None:
    token = refresh_token_of(_redeemed(client, scopes=["openid", "profile", "email"]))
    wider = wire.refresh(client, token, scope="openid profile email phone")
    assert wider.error == (400, "invalid_scope")
    narrow = wire.refresh(client, token, scope="openid")
    assert narrow.json["scope"] == "openid"
    assert wire.refresh(client, token).json["scope"] == "email openid profile"
    assert wire.refresh(client, token, scope="openid email").json["scope"] == "email openid"


@pytest.mark.parametrize(
    "scope", ["openid\u00a0profile", "openid\tprofile", " ", "openid  profile"]
)
def test_a_scope_that_is_none_is_refused(client: Client, scope: str) -> None:
    token = refresh_token_of(_redeemed(client))
    assert wire.refresh(client, token, scope=scope).error == (400, "invalid_scope")
    assert wire.refresh(client, token, scope="openid profile").status == 200


def test_scopes_are_computed_each_time(client: Client) -> None:
    row = _redeemed(client, scopes=["openid", "profile", "email"])
    token = refresh_token_of(row)
    Consent.objects.filter(user=row.user).update(scopes=["openid", "profile"])
    assert wire.refresh(client, token).json["scope"] == "openid profile"


def test_a_granted_scope_that_was_lost_shrinks_away_when_it_is_asked_for_again(
    client: Client,
) -> None:
    row = _redeemed(client, scopes=["openid", "profile", "email"])
    token = refresh_token_of(row)
    Consent.objects.filter(user=row.user).update(scopes=["openid", "profile"])
    assert wire.refresh(client, token, scope="openid email").json["scope"] == "openid"
    assert wire.refresh(client, token, scope="openid phone").error == (400, "invalid_scope")
    assert _reason() == "scope_beyond_grant"
    assert wire.refresh(client, token, scope="email").error == (400, "invalid_scope")
    assert _reason() == "scope_lost"


def test_without_a_resource_scope_tells_what_this_token_carries(client: Client) -> None:
    api = make_resource()
    row = _redeemed(client, scopes=["openid", "orders.read"], resources=[api.identifier])
    token = refresh_token_of(row)
    given = wire.refresh(client, token).json
    assert given["scope"] == jose.parts(given["access_token"])[1]["scope"] == "openid"
    assert wire.refresh(client, token, resource=api.identifier).json["scope"] == "orders.read"


def test_a_password_change_ends_it_case_078(client: Client) -> None:
    row = _redeemed(client, offline=True)
    row.user.access_not_before = timezone.now()
    row.user.save()
    assert wire.refresh(client, refresh_token_of(row)).error == (400, "invalid_grant")


def test_the_end_of_the_session_ends_all_but_offline_access_case_080(client: Client) -> None:
    bound, offline = _redeemed(client), _redeemed(client, offline=True)
    Session.objects.update(ended_at=timezone.now())
    assert wire.refresh(client, refresh_token_of(bound)).error == (400, "invalid_grant")
    assert wire.refresh(client, refresh_token_of(offline)).status == 200


def test_an_idle_session_does_not_end_it(client: Client) -> None:
    row = _redeemed(client)
    Session.objects.update(last_used_at=timezone.now() - timedelta(days=20))
    assert wire.refresh(client, refresh_token_of(row)).status == 200


def test_the_absolute_end_is_never_moved_case_081(public: Client) -> None:
    row = _redeemed(public, offline=True)
    end = row.expires_at
    token = wire.refresh(public, refresh_token_of(row)).json["refresh_token"]
    row.refresh_from_db()
    assert row.expires_at == end
    with time_machine.travel(end + timedelta(seconds=1), tick=False):
        assert wire.refresh(public, token).error == (400, "invalid_grant")


def test_offline_access_left_unused_ends_case_081(client: Client) -> None:
    row = _redeemed(client, offline=True)
    Authorization.objects.update(last_used_at=timezone.now() - timedelta(days=30, seconds=1))
    assert wire.refresh(client, refresh_token_of(row)).error == (400, "invalid_grant")
    assert _reason() == "refresh_token_over"


def test_a_resource_outside_the_grant_is_no_target_case_082(client: Client) -> None:
    make_resource()
    other = make_resource("https://bills.test", scopes=("bills.read",))
    row = _redeemed(client, resources=["https://orders.test/api"])
    token = refresh_token_of(row)
    assert wire.refresh(client, token, resource=other.identifier).error == (400, "invalid_target")
    assert wire.refresh(client, token, resource="https://orders.test/api").status == 200


def test_a_client_that_lost_the_grant_is_told_so_case_084(client: Client) -> None:
    token = refresh_token_of(_redeemed(client))
    client.grant_types = ["authorization_code"]
    client.save()
    assert wire.refresh(client, token).error == (400, "unauthorized_client")


def test_revoking_in_connected_apps_ends_it_at_once(client: Client) -> None:
    row = _redeemed(client)
    token = refresh_token_of(row)
    assert wire.refresh(client, token).status == 200
    end_access(client=client, user=row.user, reason="ended_by_person")
    assert wire.refresh(client, token).error == (400, "invalid_grant")


def test_a_refresh_token_before_its_code_was_redeemed_was_never_ours(client: Client) -> None:
    row = make_authorization(client)
    assert wire.refresh(client, refresh_token_of(row)).error == (400, "invalid_grant")


def test_missing_and_empty_mean_invalid_request(client: Client) -> None:
    assert wire.token(client, "refresh_token").error == (400, "invalid_request")
    assert wire.refresh(client, "").error == (400, "invalid_request")


def test_the_predecessor_is_said_to_work_while_it_works(public: Client) -> None:
    row = _redeemed(public)
    old = refresh_token_of(row)
    wire.refresh(public, old)
    now = timezone.now()
    grace = timedelta(seconds=settings.SIGNET.refresh_grace)
    for moment, active in ((now, True), (now + grace, False)):
        found = token_status.read(old, moment)
        assert found is not None and found.active is active
