"""One SMS: its words, and the providers it can leave through, each in a file of its own."""

from accounts.notifications.sms.delivery import send
from accounts.notifications.sms.text import text_of

__all__ = ["send", "text_of"]
