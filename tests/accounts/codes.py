"""What tests of codes have in common: a phone, a mailbox, and the last code that went there."""

from typing import Any

from accounts.models import MessageDevice, OutboxMessage, User

NUMBER = "+4915112345678"


def with_phone(user: User, number: str = NUMBER) -> MessageDevice:
    device = MessageDevice(
        user=user, channel="sms", destination=number, confirmed=True, name="Phone"
    )
    device.save()
    return device


def with_mailbox(user: User) -> MessageDevice:
    User.objects.filter(pk=user.pk).update(email_verified=True)
    device = MessageDevice(
        user=user, channel="email", destination=user.email_key, confirmed=True, name="Mailbox"
    )
    device.save()
    return device


def messages(**which: Any) -> list[OutboxMessage]:
    """The oldest first."""
    return list(OutboxMessage.objects.filter(purpose="code", **which).order_by("created_at"))


def code() -> str:
    """The code that was sent last."""
    return str(messages()[-1].context["code"])


def wrong(right: str) -> str:
    """Six other digits."""
    return f"{(int(right) + 1) % 1_000_000:06}"
