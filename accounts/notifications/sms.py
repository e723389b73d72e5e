"""One SMS, through the sender the deployment chose."""

import hashlib
import hmac
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from accounts.errors import MessageFailed, MessageRefused, MessageUncertain
from accounts.models import OutboxMessage
from idp.ground import fetch

# Answers after which a later try makes sense (RFC 9110 §15.5.9, RFC 6585 §4).
_LATER = ("status_408", "status_425", "status_429")


def text_of(message: OutboxMessage) -> str:
    """The words, in the person's language."""
    host = urlsplit(settings.SIGNET.issuer).hostname
    context = {**message.context, "issuer": settings.SIGNET.issuer, "host": host}
    with override(message.language):
        return render_to_string(f"sms/{message.purpose}.txt", context).strip()


def send(message: OutboxMessage) -> str:
    """Hand it to the sender; its answer.

    Raises `MessageRefused`, `MessageUncertain` (it may have been sent) and `MessageFailed`.
    """
    return _SENDERS[settings.SIGNET.sms_sender](message, text_of(message))


def _line(message: OutboxMessage, text: str) -> str:
    return json.dumps({"id": str(message.pk), "to": message.recipient, "text": text})


def _console(message: OutboxMessage, text: str) -> str:
    # Not sys.stderr: a worker turns that into log lines, where no content belongs.
    stream = sys.__stderr__
    if stream is None:
        raise MessageFailed("no console")
    stream.write(_line(message, text) + "\n")
    stream.flush()
    return "shown on the console"


def _file(message: OutboxMessage, text: str) -> str:
    with Path(settings.SIGNET.sms_file).open("a", encoding="utf-8") as file:
        file.write(_line(message, text) + "\n")
    return "written to the file"


def _webhook(message: OutboxMessage, text: str) -> str:
    """POST of `{"id", "to", "text"}`, signed as `t=…,v1=HMAC-SHA256(secret, "t.body")`."""
    body, stamp = _line(message, text), str(int(time.time()))
    signature = hmac.new(
        settings.SIGNET.sms_webhook_secret.encode(), f"{stamp}.{body}".encode(), hashlib.sha256
    ).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "Signet-Signature": f"t={stamp},v1={signature}",
        "Idempotency-Key": str(message.pk),
    }
    try:
        fetch.post(settings.SIGNET.sms_webhook_url, body.encode(), headers)
    except fetch.FetchRefused as refusal:
        raise _failure(refusal) from None
    return "taken by the webhook"


def _failure(refusal: fetch.FetchRefused) -> MessageFailed:
    answer = f"webhook: {refusal.reason}"
    if refusal.reason.startswith("status_"):
        for_good = refusal.reason.startswith("status_4") and refusal.reason not in _LATER
        return MessageRefused(answer) if for_good else MessageFailed(answer)
    return MessageUncertain(answer) if refusal.sent else MessageFailed(answer)


_SENDERS: dict[str, Callable[[OutboxMessage, str], str]] = {
    "console": _console,
    "file": _file,
    "webhook": _webhook,
}
