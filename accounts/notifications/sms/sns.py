"""SMS through Amazon SNS (action Publish, API version 2010-03-31)."""

import re
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.utils import timezone

from accounts.errors import MessageFailed
from accounts.models import OutboxMessage
from accounts.notifications.sms.answer import failure
from accounts.notifications.sms.sigv4 import Key, sign_post
from idp.ground import fetch

API = "https://sns.{region}.amazonaws.com/"
_CODE = re.compile(rb"<Code>([A-Za-z.]{1,60})</Code>")
# Said with status 400, and yet only for now.
_LATER = ("Throttling", "Throttled", "ThrottledException", "ThrottlingException")


def send(message: OutboxMessage, text: str) -> str:
    """One signed POST. `sms_from` may be empty, a number of ours, or a sender's name.

    Raises `MessageRefused`, `MessageUncertain` and `MessageFailed`.
    """
    config = settings.SIGNET
    form = {
        "Action": "Publish",
        "Version": "2010-03-31",
        "PhoneNumber": message.recipient,
        "Message": text,
    }
    for number, (name, value) in enumerate(_attributes(config.sms_from), start=1):
        entry = f"MessageAttributes.entry.{number}"
        form[f"{entry}.Name"] = name
        form[f"{entry}.Value.DataType"] = "String"
        form[f"{entry}.Value.StringValue"] = value
    url, body = API.format(region=config.sns_region), urlencode(form).encode()
    key = Key(config.sns_key, config.sns_secret, config.sns_region, "sns")
    headers = sign_post(key, urlsplit(url).netloc, body, timezone.now())
    try:
        fetch.post(url, body, headers)
    except fetch.FetchRefused as refusal:
        found = _CODE.search(refusal.body)
        code = found[1].decode() if found else ""
        if code in _LATER:
            raise MessageFailed(f"sns: {refusal.reason} {code}") from None
        raise failure("sns", refusal, code, knows_keys=False) from None
    return "taken by SNS"


def _attributes(sender: str) -> list[tuple[str, str]]:
    found = [("AWS.SNS.SMS.SMSType", "Transactional")]
    if sender:
        is_number = sender.removeprefix("+").isdigit()
        name = "AWS.MM.SMS.OriginationNumber" if is_number else "AWS.SNS.SMS.SenderID"
        found.append((name, sender))
    return found
