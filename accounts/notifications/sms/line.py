"""A message as one line of JSON."""

import json

from accounts.models import OutboxMessage


def line(message: OutboxMessage, text: str) -> str:
    """`{"id", "to", "text"}`: what console, file and webhook get."""
    return json.dumps({"id": str(message.pk), "to": message.recipient, "text": text})
