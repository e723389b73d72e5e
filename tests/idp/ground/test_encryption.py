"""Sealed values and fields: bound to key, purpose and place."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import OutboxMessage
from idp.ground.encryption import SealBroken, open_sealed, seal


@given(st.binary(max_size=300), st.binary(max_size=60))
def test_what_was_sealed_opens_again(plaintext: bytes, place: bytes) -> None:
    assert open_sealed("p", seal("p", plaintext, place), place) == plaintext


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert len({seal("p", b"text", b"") for _ in range(100)}) == 100


def test_another_purpose_or_place_does_not_open() -> None:
    sealed = seal("p", b"text", b"place")
    for purpose, place in (("q", b"place"), ("p", b"elsewhere")):
        with pytest.raises(SealBroken):
            open_sealed(purpose, sealed, place)


def test_no_flipped_bit_opens() -> None:
    sealed = seal("p", b"a secret", b"place")
    start = sealed.index(".") + 1
    for at in range(start, len(sealed)):
        other = "A" if sealed[at] != "A" else "Q"  # differs in bits that even the last one carries
        with pytest.raises(SealBroken):
            open_sealed("p", sealed[:at] + other + sealed[at + 1 :], b"place")


@pytest.mark.parametrize(
    "junk", ["", ".", "x", "x.y", "nokey.AAAA", "é.é", ".AAAA", "k" * 100_000, "\0.\0"]
)
def test_junk_is_a_broken_seal_and_nothing_worse(junk: str) -> None:
    with pytest.raises(SealBroken):
        open_sealed("p", junk, b"place")


def _message(**over: object) -> OutboxMessage:
    values = {
        "channel": "email",
        "purpose": "password_changed",
        "recipient": "alice@people.test",
        "context": {"link": "https://op.test/?token=marker-of-a-secret"},
        "not_after": timezone.now() + timedelta(hours=1),
        **over,
    }
    return OutboxMessage.objects.create(**values)


def _columns(pk: uuid.UUID) -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT recipient, context FROM accounts_outboxmessage WHERE id = %s", [str(pk)]
        )
        found: tuple[str, str] = cursor.fetchone()
        return found


@pytest.mark.django_db
def test_the_database_sees_no_clear_text_and_the_program_no_other() -> None:
    pk = _message().pk
    assert "alice" not in _columns(pk)[0]
    assert "marker" not in _columns(pk)[1]
    read = OutboxMessage.objects.get(pk=pk)
    assert read.recipient == "alice@people.test"
    assert read.context["link"].endswith("marker-of-a-secret")


@pytest.mark.django_db
def test_a_value_copied_into_another_row_or_column_does_not_open() -> None:
    first, second = _message(), _message(recipient="bob@people.test")
    recipient, context = _columns(first.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_outboxmessage SET recipient = %s WHERE id = %s",
            [recipient, str(second.pk)],
        )
        cursor.execute(
            "UPDATE accounts_outboxmessage SET recipient = %s WHERE id = %s",
            [context, str(first.pk)],
        )
    for pk in (first.pk, second.pk):
        with pytest.raises(SealBroken):
            OutboxMessage.objects.get(pk=pk).recipient  # noqa: B018 - reading opens


@pytest.mark.django_db
def test_a_list_that_never_looks_at_the_value_opens_nothing() -> None:
    pk = _message().pk
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_outboxmessage SET recipient = 'broken'")
    read = OutboxMessage.objects.get(pk=pk)
    assert read.purpose == "password_changed"


@pytest.mark.django_db
def test_a_deferred_value_is_read_when_asked_for() -> None:
    pk = _message().pk
    assert OutboxMessage.objects.only("purpose").get(pk=pk).recipient == "alice@people.test"


@pytest.mark.django_db
def test_clear_text_cannot_reach_sql_by_update_or_look_up() -> None:
    """An `update()` that forgot to seal would write a secret where only sealed text belongs."""
    pk = _message().pk
    with pytest.raises(TypeError):
        OutboxMessage.objects.filter(pk=pk).update(recipient="clear@people.test")
    with pytest.raises(TypeError):
        OutboxMessage.objects.filter(recipient="alice@people.test").exists()


@pytest.mark.django_db
def test_a_value_sealed_for_its_row_can_be_set_by_a_conditional_update() -> None:
    message = _message()
    sealed = OutboxMessage._meta.get_field("context").sealed(message, {"other": 1})
    assert OutboxMessage.objects.filter(pk=message.pk).update(context=sealed) == 1
    assert OutboxMessage.objects.get(pk=message.pk).context == {"other": 1}


@pytest.mark.django_db
def test_saving_a_row_again_seals_its_present_value_anew() -> None:
    message = OutboxMessage.objects.get(pk=_message().pk)
    before = _columns(message.pk)
    message.save()
    assert _columns(message.pk)[0] != before[0]
    assert OutboxMessage.objects.get(pk=message.pk).recipient == "alice@people.test"
