"""What the worker does for the protocol: rotate keys, forget what is over."""

from datetime import timedelta
from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from oauth import keys
from oauth.models import Answer, Authorization, PushedRequest, RequestRecord, SigningKey, UsedJti

_BATCH = 1_000


@shared_task(name="oauth.tasks.rotate_keys")
def rotate_keys() -> list[str]:
    """One step, if it is time for one."""
    return keys.rotate(timezone.now())


def _prune(queryset: Any) -> int:
    """Delete in bounded batches, so that no lock and no transaction is long."""
    count = 0
    while True:
        ids = list(queryset.values_list("pk", flat=True)[:_BATCH])
        if not ids:
            return count
        count += queryset.model.objects.filter(pk__in=ids).delete()[0]


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
            _prune(Authorization.objects.filter(expires_at__lt=now - 2 * day)),
            _prune(Authorization.objects.filter(revoked_at__lt=now - 30 * day)),
            _prune(Answer.objects.filter(created_at__lt=now - 2 * day)),
            _prune(PushedRequest.objects.filter(expires_at__lt=now)),
            _prune(UsedJti.objects.filter(expires_at__lt=now)),
            _prune(RequestRecord.objects.filter(at__lt=now - 7 * day)),
            # Genuine old logout hints verify for as long as a session can live.
            _prune(SigningKey.objects.filter(deleted_at__lt=now - longest_session)),
        )
    )
