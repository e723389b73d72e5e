"""Probes: alive is one thing, ready another, and neither tells strangers anything."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone
from structlog.testing import capture_logs

from idp import health
from oauth import keys
from oauth.models import SigningKey


@pytest.fixture
def signing_keys(db: None) -> None:
    keys.rotate(timezone.now())
    assert SigningKey.objects.filter(state="active").exists()


def test_alive_needs_nothing_at_all(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """No database mark on this test: a query would fail it."""
    answer = client.get("/livez")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "10.0.0.7", "evil.test", "a b", ""])
def test_a_probe_may_name_any_host(client: Client, host: str) -> None:
    """Orchestrators ask for an address of the container, which no setting knows."""
    assert client.get("/livez", headers={"Host": host}).status_code == 200


def test_ready_with_everything_in_place(client: Client, signing_keys: None) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "database": "ok",
        "clock": "ok",
        "migrations": "ok",
        "signing_key": "ok",
        "valkey": "ok",
    }
    assert answer.headers["Cache-Control"] == "no-store"


def test_strangers_learn_that_it_fails_and_not_what(client: Client, db: None) -> None:
    for address, told in (("192.0.2.7", {"status"}), ("", {"status"}), ("::1", None)):
        answer = client.get("/readyz", REMOTE_ADDR=address)
        assert answer.status_code == 503
        if told:
            assert set(answer.json()) == told
        else:
            assert answer.json()["signing_key"] == "none active"


def test_without_valkey_it_is_ready_and_says_so_case_369(
    client: Client, signing_keys: None, settings: Any
) -> None:
    dead = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": dead}
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["valkey"] == "unreachable"


def test_a_key_that_the_ring_does_not_open_is_no_key_case_380(
    client: Client, signing_keys: None
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE oauth_signingkey SET private_jwk = 'other.AAAA'")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["signing_key"]) == (503, "unreachable")


def test_a_database_that_only_reads_gets_no_traffic_case_393(
    client: Client, signing_keys: None
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL transaction_read_only = on")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "database": "read only"}


def test_a_clock_that_differs_by_a_minute_gets_no_traffic_case_379(
    client: Client, signing_keys: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now
    for skew, status in ((5, 200), (-5, 200), (61, 503), (-61, 503)):
        monkeypatch.setattr(health.timezone, "now", lambda s=skew: now() + timedelta(seconds=s))
        assert client.get("/readyz").status_code == status


def test_missing_migrations_are_told(
    client: Client, signing_keys: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_migrated", False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'accounts'")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["migrations"]) == (503, "missing")


def test_a_database_that_is_away_is_asked_once_and_its_text_told_nowhere_case_366(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def cursor(*args: Any, **kwargs: Any) -> Any:
        asked.append(1)
        raise DatabaseError('connection to "db.internal" failed: password marker')

    with capture_logs() as lines, monkeypatch.context() as away:
        away.setattr(connection, "cursor", cursor)
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        503,
        {"status": "unavailable", "database": "unreachable"},
    )
    assert asked == [1]
    assert [line["event"] for line in lines] == ["not_ready"]
    assert "marker" not in str(lines)


def test_a_probe_is_read_only(client: Client) -> None:
    assert client.post("/livez").status_code == 405
    assert client.head("/livez").status_code == 200
