"""SMS through Vonage (SMS API, `sms/json`)."""

import json
from urllib.parse import urlencode

from django.conf import settings

from accounts.errors import MessageFailed, MessageRefused, MessageUncertain
from accounts.models import OutboxMessage
from accounts.notifications.sms.answer import failure
from idp.ground import fetch

API = "https://rest.nexmo.com"
# Faults of the message or of its number: an invalid one, a barred one, text that is too long,
# a number outside the white list, a deactivated one.
_FOR_GOOD = ("3", "6", "7", "12", "29", "33")
# "An error occurred in the platform while processing this message."
_BROKE = "5"


def send(message: OutboxMessage, text: str) -> str:
    """One POST. The answer is 200 whatever happened; it has a status for every part of the text.

    Raises `MessageRefused`, `MessageUncertain` and `MessageFailed`.
    """
    config = settings.SIGNET
    form = {
        "api_key": config.vonage_key,
        "api_secret": config.vonage_secret,
        "from": config.sms_from.removeprefix("+"),
        "to": message.recipient.removeprefix("+"),
        "text": text,
        "type": "text" if text.isascii() else "unicode",
        "client-ref": str(message.pk),
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        body = fetch.post(f"{API}/sms/json", urlencode(form).encode(), headers)
    except fetch.FetchRefused as refusal:
        raise failure("vonage", refusal, knows_keys=False) from None
    _judge(_statuses(body))
    return "taken by Vonage"


def _statuses(body: bytes) -> list[str]:
    try:
        found = [str(part["status"]) for part in json.loads(body)["messages"]]
    except (ValueError, RecursionError, KeyError, TypeError):
        found = []
    return [status if status.isdigit() and len(status) < 4 else "?" for status in found]


def _judge(statuses: list[str]) -> None:
    """Raise unless every part was taken."""
    wrong = [status for status in statuses if status != "0"]
    answer = f"vonage: status {' '.join(wrong)}"
    if not statuses:
        raise MessageUncertain("vonage: no status")
    if not wrong:
        return
    if len(wrong) < len(statuses) or {_BROKE, "?"} & set(wrong):
        raise MessageUncertain(answer)
    raise (MessageRefused if set(wrong) <= set(_FOR_GOOD) else MessageFailed)(answer)
