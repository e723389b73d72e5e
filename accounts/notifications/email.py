"""One e-mail: text first, HTML beside it, in the person's language."""

import re
import smtplib
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from accounts.errors import MessageFailed, MessageRefused
from accounts.models import OutboxMessage
from accounts.notifications.letter import letter
from idp.ground.canonical import mail_address

_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")  # RFC 3463


def compose(message: OutboxMessage) -> EmailMultiAlternatives:
    """The mail. Its Message-ID depends on the row, so a mail sent twice is recognised."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "signet"
    words = letter(message)
    mail = EmailMultiAlternatives(
        subject=words.subject,
        body=words.text,
        to=[message.recipient],
        headers={
            "Message-ID": f"<{message.pk}@{domain}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(words.html, "text/html")
    return mail


def send(message: OutboxMessage) -> str:
    """Hand it to the mail server; its answer.

    Raises `MessageRefused` when that says never, `MessageFailed` when it says not now, and
    whatever the connection raises.
    """
    mail = compose(message)
    try:
        # One address, whatever the row holds.
        mail.to = [mail_address(message.recipient)]
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        raise _verdict(*next(iter(error.recipients.values()))) from None
    except smtplib.SMTPDataError as error:
        raise _verdict(error.smtp_code, error.smtp_error) from None
    except smtplib.SMTPResponseException as error:
        # Our name, login or sender displeases: an operator's fault, and mended by one.
        raise MessageFailed(_told(error.smtp_code, error.smtp_error)) from None
    except (UnicodeError, ValueError):
        raise MessageRefused("no address that mail can be sent to") from None
    if settings.EMAIL_BACKEND.endswith("dummy.EmailBackend"):
        return "shown on the outbox page only"
    return "accepted by the mail server"


def _verdict(code: int, text: bytes | str) -> MessageFailed:
    """5xx is for good, 4xx for now (RFC 5321 §4.2.1)."""
    return (MessageRefused if 500 <= code <= 599 else MessageFailed)(_told(code, text))


def _told(code: int, text: bytes | str) -> str:
    """The codes alone: the text quotes addresses."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    found = _ENHANCED.search(words)
    return f"mail server: {code} {found[0]}" if found else f"mail server: {code}"
