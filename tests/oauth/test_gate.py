"""The one gate: every grant and every reader, against every state that closes it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import Group, Role, Session, User
from oauth import clients, gate, grant_row
from oauth.errors import InvalidGrant
from oauth.grants.authorization_code import AuthorizationCodeGrant
from oauth.grants.client_credentials import ClientCredentialsGrant
from oauth.grants.refresh_token import RefreshTokenGrant
from oauth.models import Authorization, Client, Consent, Scope
from oauth.server import GRANTS
from tests.factories import (
    code_of,
    make_authorization,
    make_client,
    make_resource,
    refresh_token_of,
)
from tests.oauth import wire

pytestmark = pytest.mark.django_db


def _now_or_before() -> object:
    return timezone.now() - timedelta(seconds=1)


def _row(**change: object) -> Callable[[], object]:
    return lambda: Authorization.objects.update(**change)


# Each state, the change that brings it about, and the word in the record.
CLOSED: dict[str, Callable[[], object]] = {
    "authorization_revoked": lambda: Authorization.objects.all().revoke("test"),
    "authorization_refused": lambda: Authorization.objects.update(refused_at=_now_or_before()),
    "authorization_expired": lambda: Authorization.objects.update(expires_at=_now_or_before()),
    "epoch_over": _row(epoch=settings.SIGNET.epoch + 1),
    "user_disabled": lambda: User.objects.update(is_active=False),
    "password_reset_forced": lambda: User.objects.update(must_reset_password=True),
    "access_ended": lambda: User.objects.update(access_not_before=timezone.now()),
    "second_factor_missing": lambda: Client.objects.update(require_second_factor=True),
    "consent_withdrawn": lambda: Consent.objects.all().delete(),
}
# These close it only for what is bound to the session.
SESSION_OVER: dict[str, Callable[[], object]] = {
    "ended": lambda: Session.objects.update(ended_at=timezone.now()),
    "past its absolute end": lambda: Session.objects.update(expires_at=_now_or_before()),
    "of another epoch": lambda: Session.objects.update(epoch=settings.SIGNET.epoch + 1),
    "deleted": lambda: Session.objects.all().delete(),
}


def _redeem(client: Client, row: Authorization) -> wire.Answer:
    return wire.redeem(client, code_of(row))


def _refresh(client: Client, row: Authorization) -> wire.Answer:
    Authorization.objects.filter(code_redeemed_at=None).update(code_redeemed_at=timezone.now())
    return wire.refresh(client, refresh_token_of(row))


# A grant without an entry fails `test_every_grant_is_in_the_matrix`. None: no person, no row.
WAYS: dict[str, Callable[[Client, Authorization], wire.Answer] | None] = {
    AuthorizationCodeGrant.GRANT_TYPE: _redeem,
    RefreshTokenGrant.GRANT_TYPE: _refresh,
    ClientCredentialsGrant.GRANT_TYPE: None,
}
WITH_ROW = [name for name, way in WAYS.items() if way is not None]


def _way(grant: str) -> Callable[[Client, Authorization], wire.Answer]:
    found = WAYS[grant]
    assert found is not None
    return found


def test_every_grant_is_in_the_matrix() -> None:
    assert {grant.GRANT_TYPE for grant in GRANTS} == set(WAYS)


@pytest.mark.parametrize("offline", [False, True])
@pytest.mark.parametrize("grant", WITH_ROW)
def test_open_the_grant_gives_tokens(grant: str, offline: bool) -> None:
    client = make_client()
    row = make_authorization(client, offline=offline)
    assert _way(grant)(client, row).status == 200


@pytest.mark.parametrize("offline", [False, True])
@pytest.mark.parametrize("state", CLOSED)
@pytest.mark.parametrize("grant", WITH_ROW)
def test_closed_the_grant_gives_nothing(grant: str, state: str, offline: bool) -> None:
    client = make_client()
    row = make_authorization(client, offline=offline)
    CLOSED[state]()
    assert _way(grant)(client, row).error == (400, "invalid_grant")
    found = grant_row.read(row.pk)
    assert found is not None
    with pytest.raises(InvalidGrant) as refused:
        gate.may_issue(found, timezone.now())
    assert refused.value.reason == state


@pytest.mark.parametrize("state", SESSION_OVER)
@pytest.mark.parametrize("grant", WITH_ROW)
def test_the_end_of_the_session_spares_offline_access_alone(grant: str, state: str) -> None:
    client = make_client()
    bound, offline = make_authorization(client), make_authorization(client, offline=True)
    SESSION_OVER[state]()
    assert _way(grant)(client, bound).error == (400, "invalid_grant")
    assert _way(grant)(client, offline).status == 200


@pytest.mark.parametrize("state", CLOSED)
def test_closed_nobody_reads_anything_either(state: str) -> None:
    client = make_client()
    row = make_authorization(client)
    access = wire.redeem(client, code_of(row)).json["access_token"]
    assert wire.userinfo(access).status == 200
    assert wire.introspect(client, access).json["active"] is True
    CLOSED[state]()
    assert wire.userinfo(access).error == (401, "invalid_token")
    assert wire.introspect(client, access).json == {"active": False}
    assert wire.introspect(client, refresh_token_of(row)).json == {"active": False}


def test_a_disabled_client_closes_the_gate_even_while_it_is_remembered() -> None:
    client = make_client()
    row = make_authorization(client)
    assert clients.find(client.client_id) is not None
    Client.objects.update(enabled=False)
    assert wire.redeem(client, code_of(row)).error == (400, "invalid_grant")


def test_a_first_party_client_needs_no_consent() -> None:
    client = make_client(first_party=True)
    row = make_authorization(client)
    Consent.objects.all().delete()
    assert wire.redeem(client, code_of(row)).status == 200


# Rights are computed each time: row ∩ client ∩ consent ∩ roles.


def _scopes(client: Client, row: Authorization) -> frozenset[str]:
    clients.forget()
    found, facts = grant_row.read(row.pk), clients.find(client.client_id)
    assert found is not None
    assert facts is not None
    return gate.present_scopes(found, facts)


def test_scopes_are_what_row_client_and_consent_have_in_common() -> None:
    client = make_client(scopes=["openid", "profile", "email"])
    row = make_authorization(client, scopes=["openid", "profile", "email", "phone"])
    assert _scopes(client, row) == {"openid", "profile", "email"}
    Consent.objects.update(scopes=["openid", "profile"])
    assert _scopes(client, row) == {"openid", "profile"}
    Client.objects.update(scopes=["openid"])
    assert _scopes(client, row) == {"openid"}


def test_a_scope_for_holders_of_a_role_goes_with_the_role() -> None:
    make_resource()
    keeper = Role.objects.create(name="keeper", audience="c_somebody_else")
    Scope.objects.get(name="orders.write").roles.add(keeper)
    client = make_client()
    row = make_authorization(client, scopes=["openid", "orders.read", "orders.write"])
    assert _scopes(client, row) == {"openid", "orders.read"}
    row.user.roles.add(keeper)
    assert _scopes(client, row) == {"openid", "orders.read", "orders.write"}


def test_roles_come_by_groups_and_by_inclusion_too() -> None:
    make_resource()
    keeper, chief = Role.objects.create(name="keeper"), Role.objects.create(name="chief")
    chief.includes.add(keeper)
    keeper.includes.add(chief)  # a cycle is harmless
    Scope.objects.get(name="orders.write").roles.add(keeper)
    shop = Group.objects.create(name="shop")
    shop.roles.add(chief)
    client = make_client()
    row = make_authorization(client, scopes=["orders.write"])
    row.user.groups.add(shop)
    assert _scopes(client, row) == {"orders.write"}


def test_a_scope_whose_api_is_switched_off_is_gone() -> None:
    api = make_resource()
    client = make_client()
    row = make_authorization(client, scopes=["openid", "orders.read"])
    assert "orders.read" in _scopes(client, row)
    api.enabled = False
    api.save()
    assert _scopes(client, row) == {"openid"}
