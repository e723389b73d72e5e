"""The words of an SMS."""

from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from accounts.models import OutboxMessage


def text_of(message: OutboxMessage) -> str:
    """The words, in the person's language."""
    host = urlsplit(settings.SIGNET.issuer).hostname
    context = {**message.context, "issuer": settings.SIGNET.issuer, "host": host}
    with override(message.language):
        return render_to_string(f"sms/{message.purpose}.txt", context).strip()
