"""Forgetting: bounded tables, and nothing taken too early."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import pruning
from oauth import tasks
from oauth.models import Authorization, LogoutNotice, PushedRequest, RequestRecord, UsedJti
from tests.factories import make_authorization, make_client

pytestmark = pytest.mark.django_db
NOW = timezone.now()
DAY = timedelta(days=1)


def test_what_lives_stays() -> None:
    make_authorization(make_client())
    UsedJti.objects.create(digest=b"1", expires_at=NOW + DAY)
    RequestRecord.objects.create(endpoint="token", error="x", reason="x")
    LogoutNotice.objects.create(client=make_client(), sid="s", created_at=NOW - 6 * DAY)
    assert tasks.prune() == 0


def test_what_is_over_goes() -> None:
    client = make_client()
    for change in ({"expires_at": NOW - 3 * DAY}, {"revoked_at": NOW - 31 * DAY}):
        row = make_authorization(client)
        Authorization.objects.filter(pk=row.pk).update(**change)
    UsedJti.objects.create(digest=b"1", expires_at=NOW - DAY)
    PushedRequest.objects.create(client=client, parameters=[], expires_at=NOW - DAY)
    old = RequestRecord.objects.create(endpoint="token", error="x", reason="x")
    RequestRecord.objects.filter(pk=old.pk).update(at=NOW - 8 * DAY)
    LogoutNotice.objects.create(client=client, sid="s", created_at=NOW - 8 * DAY)
    assert tasks.prune() == 6
    for model in (Authorization, UsedJti, PushedRequest, RequestRecord, LogoutNotice):
        assert not model.objects.exists(), model


def test_batches_go_on_until_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "_BATCH", 2)
    for number in range(5):
        UsedJti.objects.create(digest=bytes([number]), expires_at=NOW - DAY)
    assert tasks.prune() == 5
