"""What was written to whom, and what a person takes out of it."""

from urllib.parse import urlsplit

from accounts.models import OutboxMessage


def to(recipient: str, purpose: str = "") -> list[OutboxMessage]:
    """Messages to one mailbox or phone, the oldest first."""
    found = OutboxMessage.objects.order_by("created_at")
    rows = found.filter(purpose=purpose) if purpose else found
    return [one for one in rows if one.recipient == recipient]


def code_to(recipient: str) -> str:
    """The newest code."""
    return [one.context["code"] for one in to(recipient) if "code" in one.context][-1]


def link_to(recipient: str, purpose: str) -> str:
    """The path of the newest link."""
    url = urlsplit(to(recipient, purpose)[-1].context["link"])
    return f"{url.path}?{url.query}"
