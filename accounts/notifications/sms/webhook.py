"""SMS to a service of the deployment's own, as signed JSON."""

import hashlib
import hmac
import time

from django.conf import settings

from accounts.models import OutboxMessage
from accounts.notifications.sms.answer import failure
from accounts.notifications.sms.line import line
from idp.ground import fetch


def send(message: OutboxMessage, text: str) -> str:
    """POST of `{"id", "to", "text"}`, signed as `t=…,v1=HMAC-SHA256(secret, "t.body")`."""
    body, stamp = line(message, text), str(int(time.time()))
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
        raise failure("webhook", refusal, knows_keys=True) from None
    return "taken by the webhook"
