import base64
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from accounts.errors import TooManyAttempts
from accounts.models import Budget
from oauth import continuation
from oauth.continuation import (
    ContinuationBroken,
    ContinuationExpired,
    open_continuation,
    open_value,
    seal_value,
)
from oauth.models import Client, PushedRequest
from oauth.protocol_request import Pairs

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
PAIRS = (("client_id", "c_1"), ("state", "ü & 1"), ("resource", "a"), ("resource", "b"))


def seal(parameters: Pairs, client: uuid.UUID, now: datetime) -> str:
    return continuation.seal(parameters, client, now, address="198.51.100.9")


def test_a_request_comes_back_as_it_was() -> None:
    found = open_continuation(seal(PAIRS, uuid.uuid4(), NOW))
    assert found.parameters == PAIRS
    assert found.requested_at == NOW
    assert found.not_after == NOW + timedelta(seconds=settings.SIGNET.request_lifetime)


def test_each_request_has_its_own_id_and_form() -> None:
    first, second = (seal(PAIRS, uuid.uuid4(), NOW) for _ in range(2))
    assert first != second
    assert open_continuation(first).request_id != open_continuation(second).request_id


def test_nothing_of_the_request_can_be_read_or_changed() -> None:
    sealed = seal(PAIRS, uuid.uuid4(), NOW)
    key_id, _, body = sealed.partition(".")
    raw = bytearray(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    assert b"c_1" not in raw
    for at in (0, 12, len(raw) - 1):
        changed = bytearray(raw)
        changed[at] ^= 1
        text = base64.urlsafe_b64encode(changed).decode().rstrip("=")
        with pytest.raises(ContinuationBroken):
            open_continuation(f"{key_id}.{text}")


@pytest.mark.parametrize(
    "text", ["", ".", "k1.", "k1.AAAA", "zz.AAAA", "k1.ü", "k1.%00", "x" * 9_999]
)
def test_junk_is_broken(text: str) -> None:
    with pytest.raises(ContinuationBroken):
        open_continuation(text)


def test_a_value_sealed_for_one_purpose_opens_for_no_other() -> None:
    sealed = seal_value("logout", [1])
    assert open_value("logout", sealed) == [1]
    with pytest.raises(ContinuationBroken):
        open_value("continuation", sealed)


@pytest.mark.django_db
def test_a_long_request_is_a_row_and_goes_with_it(app: Client) -> None:
    pairs = (("state", "x" * 4_000),)
    sealed = seal(pairs, app.pk, NOW)
    assert len(sealed) < 300
    row = PushedRequest.objects.get()
    assert row.expires_at == NOW + timedelta(seconds=settings.SIGNET.request_lifetime)
    assert open_continuation(sealed).parameters == pairs
    row.delete()
    with pytest.raises(ContinuationBroken):
        open_continuation(sealed)


@pytest.mark.django_db
def test_a_row_that_is_gone_after_its_time_tells_who_asked(app: Client) -> None:
    pairs = (("client_id", "c_1"), ("state", "x" * 4_000))
    long_ago = datetime.now(UTC) - timedelta(seconds=settings.SIGNET.request_lifetime + 1)
    sealed, living = seal(pairs, app.pk, long_ago), seal(pairs, app.pk, datetime.now(UTC))
    assert open_continuation(sealed).parameters == pairs
    PushedRequest.objects.all().delete()
    with pytest.raises(ContinuationExpired) as found:
        open_continuation(sealed)
    assert found.value.client_id == "c_1"
    with pytest.raises(ContinuationBroken) as broken:
        open_continuation(living)
    assert not isinstance(broken.value, ContinuationExpired)


@pytest.mark.django_db
def test_a_short_request_is_stored_nowhere(app: Client) -> None:
    assert len(seal(PAIRS, app.pk, NOW)) <= 2_048
    assert not PushedRequest.objects.exists()


@pytest.mark.django_db
def test_rows_nobody_signed_in_for_are_bounded_a_network(app: Client) -> None:
    long = (("state", "x" * 4_000),)
    seal(long, app.pk, NOW)
    later = datetime.now(UTC) + timedelta(hours=1)
    assert Budget.objects.filter(key="long_request/net/198.51.100.0/24").update(arrival_at=later)
    with pytest.raises(TooManyAttempts):
        seal(long, app.pk, NOW)
    assert PushedRequest.objects.count() == 1
    assert seal(PAIRS, app.pk, NOW)
    assert continuation.seal(long, app.pk, NOW, address="203.0.113.9")
