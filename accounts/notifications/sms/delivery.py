"""One SMS leaves through the provider of the deployment, or through its second one."""

from collections.abc import Callable

import structlog
from django.conf import settings

from accounts.errors import MessageFailed, MessageRefused, MessageUncertain
from accounts.models import OutboxMessage
from accounts.notifications.sms import console, file, sns, twilio, vonage, webhook
from accounts.notifications.sms.answer import Undecided
from accounts.notifications.sms.text import text_of

_log = structlog.get_logger("accounts.sms")

# Each takes the message and its words, and gives the provider's answer.
_SENDERS: dict[str, Callable[[OutboxMessage, str], str]] = {
    "console": console.send,
    "file": file.send,
    "webhook": webhook.send,
    "twilio": twilio.send,
    "vonage": vonage.send,
    "sns": sns.send,
}


def send(message: OutboxMessage) -> str:
    """Hand it to the sender; its answer.

    The second provider takes over when the first says no or cannot be reached, never when the
    message may be on its way already: two codes confuse, and cost twice. Raises `MessageRefused`,
    `MessageUncertain` (it may have been sent) and `MessageFailed`.
    """
    text, second = text_of(message), settings.SIGNET.sms_fallback
    try:
        return _SENDERS[settings.SIGNET.sms_sender](message, text)
    except (MessageUncertain, Undecided):
        raise
    except MessageFailed as error:
        if not second:
            raise
        first = error
    _log.warning("sms_fallback", message_id=str(message.pk), to=second, reason=first.answer)
    try:
        return f"{_SENDERS[second](message, text)} (before: {first.answer})"
    except MessageUncertain as error:
        raise MessageUncertain(f"{error.answer} (before: {first.answer})") from None
    except Undecided as error:
        # Another round would begin with the first provider, which might send it as well.
        raise MessageUncertain(f"{error.answer} (before: {first.answer})") from None
    except MessageFailed as error:
        both_for_good = isinstance(first, MessageRefused) and isinstance(error, MessageRefused)
        kind = MessageRefused if both_for_good else MessageFailed
        raise kind(f"{first.answer}; {error.answer}") from None
