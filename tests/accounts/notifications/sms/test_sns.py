"""Amazon SNS: what it is asked, and what its answers mean."""

from collections.abc import Callable

import pytest

from accounts.errors import MessageFailed, MessageRefused, MessageUncertain
from accounts.models import OutboxMessage
from accounts.notifications import sms
from accounts.notifications.sms import sns
from tests.support.provider_wire import ProviderWire


@pytest.fixture(autouse=True)
def _configured(
    wire: ProviderWire, configured: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sns, "API", f"{wire.url}/?region={{region}}")
    configured(
        sms_sender="sns", sms_from="", sns_region="eu-west-1", sns_key="AKID", sns_secret="hush"
    )


def test_one_signed_form_is_posted(wire: ProviderWire, message: OutboxMessage) -> None:
    assert sms.send(message) == "taken by SNS"
    (asked,) = wire.asked
    assert asked.path == "/?region=eu-west-1"
    assert asked.form == {
        "Action": "Publish",
        "Version": "2010-03-31",
        "PhoneNumber": "+15555550100",
        "Message": sms.text_of(message),
        "MessageAttributes.entry.1.Name": "AWS.SNS.SMS.SMSType",
        "MessageAttributes.entry.1.Value.DataType": "String",
        "MessageAttributes.entry.1.Value.StringValue": "Transactional",
    }
    stamp = asked.headers["x-amz-date"]
    scope = f"Credential=AKID/{stamp[:8]}/eu-west-1/sns/aws4_request"
    assert asked.headers["authorization"].startswith(f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=")
    # The host that is signed is the one that is asked.
    assert asked.headers["host"] == wire.url.removeprefix("http://")
    assert "hush" not in str(asked)


@pytest.mark.parametrize(
    ("sender", "attribute"),
    [("+15005550006", "AWS.MM.SMS.OriginationNumber"), ("Signet", "AWS.SNS.SMS.SenderID")],
)
def test_a_sender_is_a_number_or_a_name(
    wire: ProviderWire,
    message: OutboxMessage,
    configured: Callable[..., None],
    sender: str,
    attribute: str,
) -> None:
    configured(sms_from=sender)
    sms.send(message)
    assert wire.asked[0].form["MessageAttributes.entry.2.Name"] == attribute
    assert wire.asked[0].form["MessageAttributes.entry.2.Value.StringValue"] == sender


def _error(code: str) -> bytes:
    return f"<ErrorResponse><Error><Code>{code}</Code><Message>+1555</Message></Error>".encode()


@pytest.mark.parametrize(
    ("status", "body", "kind", "answer"),
    [
        (400, _error("InvalidParameter"), MessageRefused, "sns: status_400 InvalidParameter"),
        (400, _error("Throttling"), MessageFailed, "sns: status_400 Throttling"),
        (403, _error("SignatureDoesNotMatch"), MessageFailed, "status_403 SignatureDoesNotMatch"),
        (400, _error("+15555550100 is bad"), MessageRefused, "sns: status_400"),
        (500, _error("InternalError"), MessageUncertain, "sns: status_500 InternalError"),
    ],
)
def test_a_refusal_is_told_by_its_code(
    wire: ProviderWire, message: OutboxMessage, status: int, body: bytes, kind: type, answer: str
) -> None:
    wire.answer = status, body
    with pytest.raises(MessageFailed) as told:
        sms.send(message)
    assert type(told.value) is kind
    assert told.value.answer.endswith(answer)
