"""The second provider: when it takes over, and when it must not."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.errors import MessageFailed, MessageRefused, MessageUncertain
from accounts.models import OutboxMessage
from accounts.notifications import outbox, sms
from accounts.notifications.sms import twilio
from accounts.notifications.sms.answer import Undecided
from accounts.tasks import deliver
from tests.support.provider_wire import ProviderWire


@pytest.fixture
def second(
    wire: ProviderWire, configured: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> Iterator[ProviderWire]:
    """Twilio is asked first, the webhook takes over."""
    found = ProviderWire()
    monkeypatch.setattr(twilio, "API", wire.url)
    configured(
        sms_sender="twilio",
        sms_from="Signet",
        twilio_account="AC1",
        twilio_token="hush",
        sms_fallback="webhook",
        sms_webhook_url=f"{found.url}/in",
        sms_webhook_secret="hush as well",
    )
    wire.answer = 201, b"{}"
    yield found
    found.stop()


def test_what_the_first_takes_the_second_never_sees(
    wire: ProviderWire, second: ProviderWire, message: OutboxMessage
) -> None:
    assert sms.send(message) == "taken by Twilio"
    assert (len(wire.asked), len(second.asked)) == (1, 0)


@pytest.mark.parametrize("status", [400, 401, 429, 503])
def test_a_refusal_of_the_first_is_the_turn_of_the_second(
    status: int, wire: ProviderWire, second: ProviderWire, message: OutboxMessage
) -> None:
    wire.answer = status, b""
    assert sms.send(message) == f"taken by the webhook (before: twilio: status_{status})"
    assert (len(wire.asked), len(second.asked)) == (1, 1)


def test_so_is_a_first_one_that_cannot_be_reached(
    wire: ProviderWire, second: ProviderWire, message: OutboxMessage
) -> None:
    wire.stop()
    assert sms.send(message).startswith("taken by the webhook")
    assert len(second.asked) == 1


@pytest.mark.parametrize("how", [500, 502, 504, "silence"])
def test_a_message_that_may_be_on_its_way_is_sent_by_nobody_else(
    how: Any, wire: ProviderWire, second: ProviderWire, message: OutboxMessage
) -> None:
    if how == "silence":
        wire.hangs_up = True
    else:
        wire.answer = how, b""
    with pytest.raises(MessageUncertain):
        sms.send(message)
    assert second.asked == []


def test_nor_after_a_first_one_that_knows_messages_by_their_keys_has_broken(
    wire: ProviderWire,
    second: ProviderWire,
    message: OutboxMessage,
    configured: Callable[..., None],
) -> None:
    configured(sms_sender="webhook", sms_fallback="twilio")
    second.answer = 500, b""
    with pytest.raises(Undecided):
        sms.send(message)
    assert wire.asked == []


@pytest.mark.parametrize(
    ("first", "then", "kind"),
    [
        (400, 400, MessageRefused),
        (400, 503, MessageFailed),
        (503, 400, MessageFailed),
        (503, 503, MessageFailed),
        (503, 500, MessageUncertain),
    ],
)
def test_both_together_decide_whether_there_is_another_round(
    wire: ProviderWire,
    second: ProviderWire,
    message: OutboxMessage,
    first: int,
    then: int,
    kind: type,
) -> None:
    wire.answer, second.answer = (first, b""), (then, b"")
    with pytest.raises(MessageFailed) as told:
        sms.send(message)
    assert type(told.value) is kind
    assert f"twilio: status_{first}" in told.value.answer
    assert f"webhook: status_{then}" in told.value.answer


@pytest.mark.parametrize(
    ("status", "becomes"), [(200, "sent"), (400, "failed"), (503, "queued"), (500, "unknown")]
)
def test_the_row_says_what_became_of_it(
    wire: ProviderWire,
    second: ProviderWire,
    message: OutboxMessage,
    status: int,
    becomes: str,
) -> None:
    wire.answer, second.answer = (400, b""), (status, b"")
    assert str(message.pk) in outbox.due()
    deliver(str(message.pk))
    message.refresh_from_db()
    assert message.status == becomes
    assert "5555550100" not in message.answer
    assert "123456" not in message.answer
