"""SMS shown on the console: for development, where the developer is the phone."""

import sys

from accounts.errors import MessageFailed
from accounts.models import OutboxMessage
from accounts.notifications.sms.line import line


def send(message: OutboxMessage, text: str) -> str:
    """Print it. Raises `MessageFailed` where there is no console."""
    # Not sys.stderr: a worker turns that into log lines, where no content belongs.
    stream = sys.__stderr__
    if stream is None:
        raise MessageFailed("no console")
    stream.write(line(message, text) + "\n")
    stream.flush()
    return "shown on the console"
