"""Signing keys: next → active → retired → deleted, and nobody notices."""

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from accounts.models import AuditEvent
from oauth import audit_events, key_life, keys, tasks, tokens
from oauth.models import SigningKey
from tests.factories import code_of, make_authorization, make_client
from tests.oauth import wire
from tests.oauth.queries import counted
from tests.support import jose

pytestmark = pytest.mark.django_db
NOW = timezone.now()
LIFE = timedelta(days=90)
LEAD = timedelta(seconds=300 + 60 + 60)


def _states(alg: str = "ES256") -> list[str]:
    return list(SigningKey.objects.filter(alg=alg).order_by("id").values_list("state", flat=True))


def _published() -> set[str]:
    keys.forget()
    return {key["kid"] for key in wire.published_keys()["keys"]}


def _signing(alg: str = "ES256") -> str:
    keys.forget()
    return keys.signer(alg)[0]


def test_a_new_deployment_signs_at_once_and_once_only() -> None:
    for _ in range(3):
        key_life.rotate(NOW)
    found = sorted(SigningKey.objects.values_list("alg", "state"))
    assert found == [(alg, "active") for alg in sorted(key_life.ALGORITHMS)]


def test_a_key_is_published_long_before_it_signs_case_156() -> None:
    key_life.rotate(NOW)
    old = _signing()
    assert key_life.rotate(NOW + LIFE - LEAD) == []
    done = key_life.rotate(NOW + LIFE - LEAD + timedelta(seconds=1))
    assert [line for line in done if "published" in line]
    new = SigningKey.objects.get(alg="ES256", state="next").kid
    assert {old, new} <= _published()
    assert _signing() == old
    key_life.rotate(NOW + LIFE)
    assert _signing() == old
    key_life.rotate(NOW + LIFE + timedelta(seconds=2))
    assert _signing() == new
    assert {old, new} <= _published()


def test_a_retired_key_verifies_until_what_it_signed_is_dead_case_156() -> None:
    key_life.rotate(NOW)
    old = _signing()
    key_life.rotate(NOW, at_once=True)
    retired = SigningKey.objects.get(kid=old)
    assert retired.state == "retired"
    assert retired.private_jwk is None
    assert old in _published()
    key_life.rotate(NOW + timedelta(seconds=86_400 + 300))
    assert old in _published()
    key_life.rotate(NOW + timedelta(seconds=86_400 + 301))
    assert old not in _published()
    assert keys.verifier(old) is None
    assert keys.verifier(old, old=True) is not None


def test_tokens_of_a_retired_key_go_on_working() -> None:
    client = make_client()
    access = wire.redeem(client, code_of(make_authorization(client))).json["access_token"]
    before = jose.parts(access)[0]["kid"]
    keys.rotate(timezone.now(), at_once=True)
    assert _signing() != before
    assert wire.userinfo(access).status == 200


def test_what_a_deleted_key_signed_is_a_hint_and_opens_nothing() -> None:
    client = make_client()
    given = wire.redeem(client, code_of(make_authorization(client))).json
    assert wire.userinfo(given["access_token"]).status == 200
    SigningKey.objects.update(state="deleted", deleted_at=NOW)
    keys.forget()
    assert wire.userinfo(given["access_token"]).status == 401
    assert tokens.open_id_token_hint(given["id_token"]) is not None


def test_a_revoked_key_is_published_and_trusted_no_longer() -> None:
    client = make_client()
    given = wire.redeem(client, code_of(make_authorization(client))).json
    for leaked in (_signing("ES256"), _signing("RS256")):
        keys.revoke(leaked, NOW)
        row = SigningKey.objects.get(kid=leaked)
        assert (row.state, row.private_jwk) == ("revoked", None)
        assert leaked not in _published()
        assert _signing(row.alg) != leaked
        with pytest.raises(keys.NoSuchKey):
            keys.revoke(leaked, NOW)
    assert wire.userinfo(given["access_token"]).status == 401
    assert tokens.open_id_token_hint(given["id_token"]) is None
    event = AuditEvent.objects.filter(name=audit_events.KEY_ROTATED).latest("id")
    assert event.reason == "revoked"


def test_after_a_revocation_the_published_key_signs_before_a_new_one() -> None:
    key_life.rotate(NOW)
    key_life.rotate(NOW + LIFE)
    waiting = SigningKey.objects.get(alg="ES256", state="next").kid
    keys.revoke(_signing(), NOW + LIFE)
    assert _signing() == waiting


@pytest.mark.parametrize("state", ["next", "retired", "deleted"])
def test_a_key_that_signs_no_more_is_revoked_alone(state: str) -> None:
    active = _signing()
    SigningKey.objects.filter(kid=active).update(state=state)
    key_life.ensure("ES256") if state != "next" else None
    assert keys.revoke(active, NOW) == [f"ES256: revoked {active}"]
    keys.forget()
    assert keys.verifier(active, old=True) is None


def test_rotation_is_audited_and_silent_when_there_is_nothing_to_do() -> None:
    tasks.rotate_keys()
    assert AuditEvent.objects.filter(name=audit_events.KEY_ROTATED).count() == 1
    assert tasks.rotate_keys() == []
    assert AuditEvent.objects.filter(name=audit_events.KEY_ROTATED).count() == 1


def test_every_key_a_client_may_choose_was_published_long_before() -> None:
    published = {key["alg"]: key["kid"] for key in wire.published_keys()["keys"]}
    assert set(published) == set(key_life.ALGORITHMS)
    for alg in key_life.ALGORITHMS:
        client = make_client(id_token_signed_response_alg=alg)
        given = wire.redeem(client, code_of(make_authorization(client))).json
        assert jose.parts(given["id_token"])[0]["kid"] == published[alg]


def test_an_algorithm_that_is_new_here_is_published_before_it_signs() -> None:
    key_life.rotate(NOW)
    SigningKey.objects.filter(alg="EdDSA").delete()
    key_life.rotate(NOW)
    assert _states("EdDSA") == ["next"]
    key_life.rotate(NOW + LEAD - timedelta(seconds=1))
    assert _states("EdDSA") == ["next"]
    key_life.rotate(NOW + LEAD)
    assert _states("EdDSA") == ["active"]


@pytest.mark.parametrize("alg", key_life.ALGORITHMS)
def test_whoever_cannot_wait_gets_the_key_it_needs_case_103(alg: str) -> None:
    client = make_client(id_token_signed_response_alg=alg)
    given: dict[str, Any] = wire.redeem(client, code_of(make_authorization(client))).json
    assert jose.verify(given["id_token"], wire.published_keys(), alg)["aud"] == client.client_id
    assert wire.redeem(client, code_of(make_authorization(client))).status == 200
    assert _states(alg) == ["active"]


def test_the_waiting_key_is_taken_before_a_new_one_is_made() -> None:
    key_life.rotate(NOW)
    SigningKey.objects.filter(alg="PS256").delete()
    key_life.rotate(NOW)
    waiting = SigningKey.objects.get(alg="PS256").kid
    assert _signing("PS256") == waiting


def test_keys_go_on_signing_while_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    _signing()
    kid, _ = keys.signer("ES256")
    monkeypatch.setattr(key_life, "PROCESS_FRESH", -1)
    keys.forget()
    keys.jwks()
    with mock.patch.object(keys, "_load", side_effect=OperationalError("away")):
        assert keys.signer("ES256")[0] == kid
        assert keys.jwks()[0]
        keys.forget()
        with pytest.raises(OperationalError):
            keys.jwks()


@pytest.mark.parametrize("alg", ["ES256", "EdDSA"])
def test_a_key_whose_transaction_was_rolled_back_never_signs(alg: str) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        rolled_back = keys.signer(alg)[0]
        raise RuntimeError
    assert not SigningKey.objects.exists()
    kid, _ = keys.signer(alg)
    assert kid != rolled_back
    assert SigningKey.objects.filter(kid=kid, state="active").exists()


def _elsewhere_at_once() -> str:
    """Another process rotates; this one hears nothing of it. The `kid` that signs there."""
    key_life.rotate(NOW, at_once=True)
    return SigningKey.objects.get(alg="ES256", state="active").kid


def test_what_another_process_signs_with_a_new_key_is_good_at_once() -> None:
    wire.warm_keys()
    old = keys.signer("ES256")[0]
    new = _elsewhere_at_once()
    assert keys.signer("ES256")[0] == old
    found = keys.verifier(new)
    assert found is not None
    assert found[0] == "ES256"
    assert new in {key["kid"] for key in wire.published_keys()["keys"]}


def test_made_up_keys_make_a_process_read_once_in_a_while() -> None:
    wire.warm_keys()
    with mock.patch.object(keys.time, "monotonic", return_value=keys.time.monotonic()) as clock:
        with counted() as statements:
            for number in range(20):
                assert keys.verifier(f"junk-{number}") is None
        assert statements == {"SELECT": 1}
        new = _elsewhere_at_once()
        assert keys.verifier(new) is None
        clock.return_value += 2
        assert keys.verifier(new) is not None
        with counted() as statements:
            assert keys.verifier("junk") is None
            assert keys.verifier(new) is not None
        assert not statements


def test_a_deleted_key_is_no_unknown_one() -> None:
    wire.warm_keys()
    gone = keys.signer("ES256")[0]
    SigningKey.objects.filter(kid=gone).update(state="deleted", deleted_at=NOW)
    keys.forget()
    wire.warm_keys()
    with counted() as statements:
        assert keys.verifier(gone) is None
    assert not statements


def test_deleted_keys_are_forgotten_after_the_longest_session() -> None:
    key_life.rotate(NOW)
    SigningKey.objects.update(state="deleted", deleted_at=NOW - timedelta(days=30, seconds=1))
    key_life.rotate(NOW)
    tasks.prune()
    assert not SigningKey.objects.filter(state="deleted").exists()
