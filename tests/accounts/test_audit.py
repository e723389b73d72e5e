"""A security fact is written with the change it tells of, or not at all."""

from typing import Any

import pytest
from django.db import transaction
from django.test import RequestFactory
from structlog.testing import capture_logs

from accounts import audit
from accounts.models import AuditEvent
from idp.ground.correlation import named
from tests.factories import make_user


@pytest.mark.django_db
def test_an_event_says_who_did_what_to_whom_from_where_and_when_case_363() -> None:
    admin, bob = make_user("admin"), make_user("bob")
    request = RequestFactory().get(
        "/", REMOTE_ADDR="192.0.2.7", headers={"User-Agent": "Browser/1"}
    )
    with named("abcdef0123456789"):
        event = audit.record(
            audit.ACCESS_ENDED,
            request=request,
            actor=admin,
            subject=bob,
            client_id="shop",
            reason="disabled",
            data={"key": "1"},
        )
    row = AuditEvent.objects.get(pk=event.pk)
    assert (row.name, row.actor, row.subject) == ("access_ended", admin, bob)
    assert (row.actor_label, row.subject_label) == ("admin", "bob")
    assert (row.address, row.user_agent) == ("192.0.2.7", "Browser/1")
    assert (row.client_id, row.reason, row.data) == ("shop", "disabled", {"key": "1"})
    assert row.request_id == "abcdef0123456789"
    assert row.at.utcoffset() is not None


@pytest.mark.django_db
@pytest.mark.parametrize("address", [None, "", "unix:", "a", "192.0.2.1, 192.0.2.2"])
def test_a_peer_without_an_address_is_no_reason_to_fail(address: Any) -> None:
    event = audit.record(audit.LOGIN, request=audit.Peer(address, "x" * 1_000 + "\0"))
    row = AuditEvent.objects.get(pk=event.pk)
    assert row.address is None
    assert len(row.user_agent) == 300


@pytest.mark.django_db
def test_nul_in_a_user_agent_is_no_reason_to_fail() -> None:
    event = audit.record(audit.LOGIN, request=audit.Peer("::1", "a\0b"))
    assert AuditEvent.objects.get(pk=event.pk).user_agent == "ab"


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_in_neither_table_nor_log() -> None:
    with capture_logs() as lines:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            audit.record(audit.LOGIN)
            raise ZeroDivisionError
        assert lines == []
        with transaction.atomic():
            event = audit.record(audit.LOGOUT, client_id="shop")
            assert lines == []
    assert not AuditEvent.objects.filter(name=audit.LOGIN).exists()
    assert [(line["event"], line["audit"], line["client_id"]) for line in lines] == [
        ("logout", event.pk, "shop")
    ]


@pytest.mark.django_db
def test_the_log_line_names_the_event_and_no_person() -> None:
    with capture_logs() as lines:
        audit.record(audit.LOGIN_FAILED, subject=make_user("marker"), data={"secret": "marker"})
    assert "marker" not in str(lines)


@pytest.mark.django_db
def test_an_event_is_never_altered_and_outlives_the_person() -> None:
    bob = make_user("bob")
    event = audit.record(audit.LOGIN, actor=bob, subject=bob)
    event.reason = "other"
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()
    bob.delete()
    row = AuditEvent.objects.get(pk=event.pk)
    assert (row.subject, row.subject_label) == (None, "bob")


def test_the_names_of_events_are_distinct() -> None:
    names = [value for name, value in vars(audit).items() if name.isupper()]
    assert len(names) == len(set(names)) > 10
