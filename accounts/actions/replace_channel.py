"""Another phone or mailbox for codes takes the place of the one before, which hears of it."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.actions.security_notice import notify
from accounts.models import MessageDevice, TrustedBrowser, User
from accounts.notifications import outbox
from idp.ground.canonical import email_key


def retire(request: HttpRequest, user: User, channel: str, destination: str) -> None:
    """Remove what codes go to now; `destination` is what comes after it.

    Within the caller's transaction, the user's row locked. Whoever sits at an unlocked screen could
    otherwise move the codes to a phone of their own, and the owner's phone would just stay silent.
    """
    for device in MessageDevice.objects.filter(user=user, channel=channel, confirmed=True):
        if not _is(device, destination):
            _tell(request, user, device)
            TrustedBrowser.objects.filter(user=user).delete()
        device.delete()


def _is(device: MessageDevice, destination: str) -> bool:
    if device.channel == MessageDevice.Channel.EMAIL:
        return email_key(device.destination) == email_key(destination)
    return bool(device.destination == destination)


def _tell(request: HttpRequest, user: User, device: MessageDevice) -> None:
    """While it is still there: a mailbox is among those that are written to."""
    factor = {"factor": device.channel, "device": device.masked}
    audit.record(audit.FACTOR_REMOVED, request=request, actor=user, subject=user, data=factor)
    notify(user, "factor_removed", request=request, context=factor)
    if device.channel == MessageDevice.Channel.SMS:
        # No link that shuts the account: a number may be somebody else's by now.
        outbox.queue(
            channel="sms",
            purpose="factor_removed",
            recipient=device.destination,
            user=user,
            context={"link": f"{settings.SIGNET.issuer}{reverse('accounts:forgot_password')}"},
            not_after=timezone.now() + timedelta(days=1),
        )
