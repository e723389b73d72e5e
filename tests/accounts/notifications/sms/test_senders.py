"""Ways out of our own: console, file, webhook; and what the webhook's answer means."""

import hashlib
import hmac
import json
import socket
from collections.abc import Callable
from typing import Any

import pytest

from accounts.errors import MessageFailed, MessageRefused, MessageUncertain
from accounts.models import OutboxMessage
from accounts.notifications import sms
from accounts.notifications.sms.answer import Undecided
from tests.idp.ground.servers import answering, wire


def test_the_text_is_bound_to_our_host_in_its_last_line(
    message: OutboxMessage, configured: Callable[..., None]
) -> None:
    """The form that browsers fill in on that host alone (WICG origin-bound one-time codes)."""
    configured(issuer="https://op.test")
    lines = sms.text_of(message).splitlines()
    assert lines[-1] == "@op.test #123456"
    assert "123456" in lines[0]
    assert "10 minutes" in lines[0]
    message.language = "de"
    assert sms.text_of(message).splitlines()[0] != lines[0]


def test_the_console_is_the_console_and_not_the_log(
    message: OutboxMessage, configured: Callable[..., None], capfd: pytest.CaptureFixture[str]
) -> None:
    configured(sms_sender="console")
    assert sms.send(message) == "shown on the console"
    assert "123456" in capfd.readouterr().err


def test_the_file_gets_a_line_each(
    message: OutboxMessage, configured: Callable[..., None], tmp_path: Any
) -> None:
    configured(sms_sender="file", sms_file=str(tmp_path / "sms"))
    sms.send(message)
    sms.send(message)
    lines = [json.loads(line) for line in (tmp_path / "sms").read_text().splitlines()]
    assert [line["to"] for line in lines] == ["+15555550100"] * 2


def _webhook(configured: Callable[..., None], port: int) -> None:
    configured(
        sms_sender="webhook",
        sms_webhook_url=f"http://127.0.0.1:{port}/in",
        sms_webhook_secret="a secret of both sides",
    )


def test_the_webhook_can_check_who_sent_it_when_and_whether_it_knows_it_already(
    message: OutboxMessage, configured: Callable[..., None]
) -> None:
    seen: list[bytes] = []

    def take(connection: socket.socket) -> None:
        asked = connection.recv(65_536)
        head, _, body = asked.partition(b"\r\n\r\n")
        if not body:
            body = connection.recv(65_536)
        seen.extend((head, body))
        connection.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")

    with wire(take) as port:
        _webhook(configured, port)
        assert sms.send(message) == "taken by the webhook"
    head, body = seen
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    assert json.loads(body)["to"] == "+15555550100"
    assert headers["Idempotency-Key"] == str(message.pk)
    stamp, signature = (
        part[2:] for part in headers["Signet-Signature"].replace("v1", "v").split(",")
    )
    expected = hmac.digest(b"a secret of both sides", stamp.encode() + b"." + body, hashlib.sha256)
    assert signature == expected.hex()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("400 Bad", MessageRefused),
        ("401 No", MessageFailed),
        ("404 Not Found", MessageRefused),
        ("302 Found", MessageFailed),
        ("408 Late", MessageFailed),
        ("429 Slower", MessageFailed),
        ("500 Broken", Undecided),
        ("503 Away", MessageFailed),
    ],
)
def test_an_answer_that_says_no_says_for_how_long(
    status: str, kind: type, message: OutboxMessage, configured: Callable[..., None]
) -> None:
    with wire(answering(b"{}", status)) as port:
        _webhook(configured, port)
        with pytest.raises(MessageFailed) as told:
            sms.send(message)
    assert type(told.value) is kind
    assert told.value.answer == f"webhook: status_{status[:3]}"


def test_a_provider_that_takes_it_and_says_nothing_leaves_us_uncertain_case_376(
    message: OutboxMessage, configured: Callable[..., None]
) -> None:
    def hang_up(connection: socket.socket) -> None:
        connection.recv(65_536)

    with wire(hang_up) as port:
        _webhook(configured, port)
        with pytest.raises(MessageUncertain):
            sms.send(message)


def test_a_provider_that_is_not_there_has_not_sent_it(
    message: OutboxMessage, configured: Callable[..., None]
) -> None:
    with wire(answering(b"")) as port:
        _webhook(configured, port)
    with pytest.raises(MessageFailed) as told:
        sms.send(message)
    assert type(told.value) is MessageFailed
