"""Tell a person what happened to their account, by mail."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.notifications import outbox


def notify(
    user: User,
    purpose: str,
    *,
    context: dict[str, Any] | None = None,
    key: str | None = None,
    not_after: datetime | None = None,
    recipient: str = "",
) -> None:
    """Queue the notice in the transaction of what it tells; nobody without an address gets one."""
    address = recipient or user.email
    if address:
        outbox.queue(
            channel="email",
            purpose=purpose,
            recipient=address,
            user=user,
            context=context,
            key=key,
            not_after=not_after or timezone.now() + timedelta(days=3),
        )
