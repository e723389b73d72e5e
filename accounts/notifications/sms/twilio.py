"""SMS through Twilio (Programmable Messaging, API version 2010-04-01)."""

import base64
import json
from urllib.parse import quote, urlencode

from django.conf import settings

from accounts.models import OutboxMessage
from accounts.notifications.sms.answer import failure
from idp.ground import fetch

API = "https://api.twilio.com/2010-04-01"


def send(message: OutboxMessage, text: str) -> str:
    """One POST. `sms_from` is a number, a name, or the id of a messaging service (`MG…`).

    Raises `MessageRefused`, `MessageUncertain` and `MessageFailed`.
    """
    config = settings.SIGNET
    sender = "MessagingServiceSid" if config.sms_from.startswith("MG") else "From"
    body = urlencode({"To": message.recipient, sender: config.sms_from, "Body": text})
    pair = base64.b64encode(f"{config.twilio_account}:{config.twilio_token}".encode()).decode()
    headers = {
        "Authorization": f"Basic {pair}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    url = f"{API}/Accounts/{quote(config.twilio_account, safe='')}/Messages.json"
    try:
        fetch.post(url, body.encode(), headers)
    except fetch.FetchRefused as refusal:
        raise failure("twilio", refusal, _code(refusal.body), knows_keys=False) from None
    return "taken by Twilio"


def _code(body: bytes) -> str:
    """Twilio's number of the error, such as 21211 (no such phone number)."""
    try:
        code = json.loads(body)["code"]
    except (ValueError, RecursionError, KeyError, TypeError):
        return ""
    return f"code {code}" if isinstance(code, int) else ""
