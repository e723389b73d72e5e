"""Twilio: what it is asked, and what its answers mean."""

from base64 import b64encode
from collections.abc import Callable

import pytest

from accounts.errors import MessageFailed, MessageRefused, MessageUncertain
from accounts.models import OutboxMessage
from accounts.notifications import sms
from accounts.notifications.sms import twilio
from tests.support.provider_wire import ProviderWire


@pytest.fixture(autouse=True)
def _configured(
    wire: ProviderWire, configured: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio, "API", f"{wire.url}/2010-04-01")
    configured(
        sms_sender="twilio", sms_from="+15005550006", twilio_account="AC1", twilio_token="hush"
    )
    wire.answer = 201, b'{"sid": "SM1", "status": "queued"}'


def test_one_form_is_posted_under_the_account(wire: ProviderWire, message: OutboxMessage) -> None:
    assert sms.send(message) == "taken by Twilio"
    (asked,) = wire.asked
    assert asked.path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert asked.headers["authorization"] == f"Basic {b64encode(b'AC1:hush').decode()}"
    assert asked.form == {
        "To": "+15555550100",
        "From": "+15005550006",
        "Body": sms.text_of(message),
    }


def test_a_messaging_service_is_named_as_one(
    wire: ProviderWire, message: OutboxMessage, configured: Callable[..., None]
) -> None:
    configured(sms_from="MG123")
    sms.send(message)
    assert wire.asked[0].form["MessagingServiceSid"] == "MG123"
    assert "From" not in wire.asked[0].form


@pytest.mark.parametrize(
    ("status", "body", "kind", "answer"),
    [
        (
            400,
            b'{"code": 21211, "message": "The number +15555550100 is not valid."}',
            MessageRefused,
            "twilio: status_400 code 21211",
        ),
        (400, b"[" * 5_000, MessageRefused, "twilio: status_400"),
        (401, b"{}", MessageFailed, "twilio: status_401"),
        (429, b'{"code": 20429}', MessageFailed, "twilio: status_429 code 20429"),
        (500, b"", MessageUncertain, "twilio: status_500"),
        (503, b"", MessageFailed, "twilio: status_503"),
        (504, b"", MessageUncertain, "twilio: status_504"),
    ],
)
def test_a_refusal_is_told_by_its_number_and_never_by_its_words(
    wire: ProviderWire, message: OutboxMessage, status: int, body: bytes, kind: type, answer: str
) -> None:
    wire.answer = status, body
    with pytest.raises(MessageFailed) as told:
        sms.send(message)
    assert type(told.value) is kind
    assert told.value.answer == answer
