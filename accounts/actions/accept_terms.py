"""The person accepts the terms of use in their present version."""

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.models import User


def accept_terms(*, request: HttpRequest, user: User, version: str) -> None:
    """Keep the version and the time; a second press of the button changes nothing."""
    now = timezone.now()
    with transaction.atomic():
        mine = User.objects.filter(pk=user.pk).exclude(terms_version=version)
        if mine.update(terms_version=version, terms_accepted_at=now, updated_at=now):
            audit.record(
                audit.TERMS_ACCEPTED,
                request=request,
                actor=user,
                subject=user,
                data={"version": version},
            )
    user.terms_version = version
