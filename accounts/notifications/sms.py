"""One SMS, through the sender the deployment chose."""

import hashlib
import hmac
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import requests
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from accounts.models import OutboxMessage


def text_of(message: OutboxMessage) -> str:
    """The words, in the person's language."""
    context = {**message.context, "issuer": settings.SIGNET.issuer}
    with override(message.language):
        return render_to_string(f"sms/{message.purpose}.txt", context).strip()


def _console(message: OutboxMessage, text: str) -> str:
    sys.stderr.write(f"SMS to {message.recipient}: {text}\n")
    return "shown on the console"


def _file(message: OutboxMessage, text: str) -> str:
    line = json.dumps({"id": str(message.pk), "to": message.recipient, "text": text})
    with Path(settings.SIGNET.sms_file).open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    return "written to the file"


def _webhook(message: OutboxMessage, text: str) -> str:
    """POST of `{"id", "to", "text"}`, signed as `t=…,v1=HMAC-SHA256(secret, "t.body")`."""
    body = json.dumps({"id": str(message.pk), "to": message.recipient, "text": text})
    stamp = str(int(time.time()))
    signature = hmac.new(
        settings.SIGNET.sms_webhook_secret.encode(), f"{stamp}.{body}".encode(), hashlib.sha256
    ).hexdigest()
    response = requests.post(
        settings.SIGNET.sms_webhook_url,
        data=body.encode(),
        headers={
            "Content-Type": "application/json",
            "Signet-Signature": f"t={stamp},v1={signature}",
            "Idempotency-Key": str(message.pk),
        },
        timeout=10,
        allow_redirects=False,
    )
    response.raise_for_status()
    return f"webhook answered {response.status_code}"


_SENDERS: dict[str, Callable[[OutboxMessage, str], str]] = {
    "console": _console,
    "file": _file,
    "webhook": _webhook,
}


def send(message: OutboxMessage) -> str:
    """Hand it to the sender; its answer. Raises what the sender raises."""
    return _SENDERS[settings.SIGNET.sms_sender](message, text_of(message))
