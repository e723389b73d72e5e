"""What the worker does for the protocol: rotate keys, forget what is over."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts.pruning import delete_in_batches
from oauth import backchannel_pool, keys, logos
from oauth.models import (
    Answer,
    Authorization,
    LogoutNotice,
    PushedRequest,
    RequestRecord,
    SigningKey,
    UsedJti,
)

_LOGOS = 20  # three seconds each at the most, within the time limit of a task


@shared_task(name="oauth.tasks.rotate_keys")
def rotate_keys() -> list[str]:
    """One step, if it is time for one."""
    return keys.rotate(timezone.now())


@shared_task(name="oauth.tasks.fetch_logos")
def fetch_logos() -> int:
    """Fetch the logos that are due, a few at a time; how many were tried.

    Asked of the database and not queued by whoever changes a client: no change is missed, and the
    broker may be away meanwhile.
    """
    now = timezone.now()
    found = list(logos.due(now)[:_LOGOS])
    for client in found:
        logos.refresh(client, now)
    return len(found)


@shared_task(name="oauth.tasks.tell_apps")
def tell_apps() -> None:
    """Messages to apps wait: wake the threads that send them. A slow app holds up none of ours."""
    backchannel_pool.wake()


@shared_task(name="oauth.tasks.prune")
def prune() -> int:
    """Forget what nothing needs any more; the number of rows.

    An authorization stays until its last access token and its request's deadline have passed.
    """
    now = timezone.now()
    day = timedelta(days=1)
    longest_session = timedelta(seconds=settings.SIGNET.session_absolute)
    return sum(
        (
            delete_in_batches(Authorization.objects.filter(expires_at__lt=now - 2 * day)),
            delete_in_batches(Authorization.objects.filter(revoked_at__lt=now - 30 * day)),
            delete_in_batches(Answer.objects.filter(created_at__lt=now - 2 * day)),
            delete_in_batches(PushedRequest.objects.filter(expires_at__lt=now)),
            delete_in_batches(UsedJti.objects.filter(expires_at__lt=now)),
            delete_in_batches(LogoutNotice.objects.filter(created_at__lt=now - 7 * day)),
            delete_in_batches(RequestRecord.objects.filter(at__lt=now - 7 * day)),
            # Genuine old logout hints verify for as long as a session can live.
            delete_in_batches(SigningKey.objects.filter(deleted_at__lt=now - longest_session)),
        )
    )
