"""A guess at a second factor: its budgets, and what a wrong one leads to."""

from datetime import timedelta

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit, authentication
from accounts.actions.security_notice import notify
from accounts.actions.sign_in import is_known
from accounts.models import User
from accounts.throttling import Limit, claim, forget, subnet

# Wrong codes in a row after which the owner is told: somebody else may know the password.
TOLD_AFTER = 5


def _limits(request: HttpRequest, user: User) -> list[Limit]:
    """All factors share these. The right password gives nothing back: a thief has that already."""
    here = authentication.browser(request)
    if here and is_known(request, user):
        return [Limit(f"factor/known/{here.pk}/{user.pk}", burst=6, every=30)]
    network = subnet(request.META["REMOTE_ADDR"])
    return [
        Limit(f"factor/pair/{user.pk}/{network}", burst=6, every=60),
        Limit(f"factor/account/{user.pk}", burst=20, every=900),
    ]


def claim_guess(request: HttpRequest, user: User) -> None:
    """Take one guess from the budgets before it is looked at. Raises `TooManyAttempts`."""
    claim(_limits(request, user))


def wrong(request: HttpRequest, user: User, factor: str, in_a_row: int = 0) -> None:
    """Record it; from the fifth in a row the owner hears of it, once a day."""
    with transaction.atomic():
        audit.record(
            audit.SECOND_FACTOR_FAILED,
            request=request,
            subject=user,
            data={"factor": factor, "in_a_row": in_a_row},
        )
        if in_a_row >= TOLD_AFTER:
            notify(
                user,
                "second_factor_failed",
                request=request,
                key=f"second_factor_failed/{user.pk}/{timezone.now():%Y-%m-%d}",
                not_after=timezone.now() + timedelta(days=1),
            )


def right(request: HttpRequest, user: User) -> None:
    """The owner has a full budget again."""
    forget([limit.key for limit in _limits(request, user)])
