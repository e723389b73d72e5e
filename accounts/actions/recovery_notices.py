"""Who hears that a recovery was begun: every mailbox and every phone of the person."""

from django.http import HttpRequest
from django.utils.translation import override

from accounts.actions.security_notice import addresses, notify
from accounts.models import MessageDevice, SelfRecovery, User
from accounts.models.user_agent import described
from accounts.notifications import outbox
from accounts.notifications.moment import told


def can_be_told(user: User) -> bool:
    """Without a single channel the waiting would protect nobody."""
    return bool(addresses(user) or _phones(user))


def tell_of_start(request: HttpRequest, row: SelfRecovery, cancel_link: str) -> None:
    """Queue it everywhere, in the transaction that begins it."""
    user = row.user
    with override(outbox.language_of(user)):
        context = {
            "cancel_link": cancel_link,
            "browser": described(request.headers.get("User-Agent", "")),
            "address": request.META.get("REMOTE_ADDR", ""),
            **told(row.ready_at, user),
        }
    key = f"recovery_started/{row.pk}"
    notify(user, "recovery_started", context=context, key=key, not_after=row.ready_at)
    for phone in _phones(user):
        outbox.queue(
            channel="sms",
            purpose="recovery_started",
            recipient=phone,
            user=user,
            context={"cancel_link": cancel_link},
            not_after=row.ready_at,
        )


def _phones(user: User) -> list[str]:
    devices = MessageDevice.objects.filter(user=user, channel="sms", confirmed=True)
    proven = [user.phone_number] if user.phone_number_verified else []
    found = [*proven, *(row.destination for row in devices)]
    return list(dict.fromkeys(one for one in found if one))
