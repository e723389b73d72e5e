"""Vonage: what it is asked, and what its answers mean."""

import json
from collections.abc import Callable

import pytest

from accounts.errors import MessageFailed, MessageRefused, MessageUncertain
from accounts.models import OutboxMessage
from accounts.notifications import sms
from accounts.notifications.sms import vonage
from tests.support.provider_wire import ProviderWire


def _answer(*statuses: object) -> bytes:
    parts = [{"status": status, "error-text": "to 15555550100"} for status in statuses]
    return json.dumps({"message-count": str(len(parts)), "messages": parts}).encode()


@pytest.fixture(autouse=True)
def _configured(
    wire: ProviderWire, configured: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vonage, "API", wire.url)
    configured(sms_sender="vonage", sms_from="Signet", vonage_key="k", vonage_secret="hush")
    wire.answer = 200, _answer("0")


def test_one_form_is_posted(wire: ProviderWire, message: OutboxMessage) -> None:
    assert sms.send(message) == "taken by Vonage"
    (asked,) = wire.asked
    assert asked.path == "/sms/json"
    text = sms.text_of(message)
    assert asked.form == {
        "api_key": "k",
        "api_secret": "hush",
        "from": "Signet",
        "to": "15555550100",
        "text": text,
        "type": "text" if text.isascii() else "unicode",
        "client-ref": str(message.pk),
    }


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, _answer("6"), MessageRefused),
        (200, _answer("29"), MessageRefused),
        (200, _answer("1"), MessageFailed),
        (200, _answer("4"), MessageFailed),
        (200, _answer("9"), MessageFailed),
        (200, _answer("5"), MessageUncertain),
        (200, _answer("0", "1"), MessageUncertain),
        (200, _answer("+15555550100"), MessageUncertain),
        (200, _answer(), MessageUncertain),
        (200, b"<html>", MessageUncertain),
        (200, b"[]", MessageUncertain),
        (429, b"", MessageFailed),
        (502, b"", MessageUncertain),
    ],
)
def test_what_an_answer_means(
    wire: ProviderWire, message: OutboxMessage, status: int, body: bytes, kind: type
) -> None:
    """It says 200 whatever happened; one part of a text may leave while another one does not."""
    wire.answer = status, body
    with pytest.raises(MessageFailed) as told:
        sms.send(message)
    assert type(told.value) is kind
    assert "5555550100" not in told.value.answer
