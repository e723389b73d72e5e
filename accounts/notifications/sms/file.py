"""SMS appended to a file: for tests, and for a modem whose daemon reads one."""

from pathlib import Path

from django.conf import settings

from accounts.models import OutboxMessage
from accounts.notifications.sms.line import line


def send(message: OutboxMessage, text: str) -> str:
    """Append a line. Raises OSError."""
    with Path(settings.SIGNET.sms_file).open("a", encoding="utf-8") as file:
        file.write(line(message, text) + "\n")
    return "written to the file"
