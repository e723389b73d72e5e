"""An administrator takes a person's second factors away: a phone fell into the lake."""

from django.db import transaction
from django.http import HttpRequest

from accounts import audit
from accounts.actions.remove_factors import remove_factors
from accounts.actions.security_notice import notify
from accounts.end_access import end_access
from accounts.models import SelfRecovery, User


def reset_factors(*, person: User, reason: str, request: HttpRequest, actor: User) -> bool:
    """Remove them, end all access and tell the person why; False when there were none.

    The favourite way of social engineering: hence the reason, which the person reads as well.
    """
    with transaction.atomic():
        kinds = remove_factors(person)
        if not kinds:
            return False
        SelfRecovery.objects.filter(user=person, cancelled_at=None, completed_at=None).delete()
        end_access(user=person, reason="factors_reset", request=request, actor=actor)
        audit.record(
            audit.FACTORS_RESET,
            request=request,
            actor=actor,
            subject=person,
            reason=reason,
            data={"factors": kinds},
        )
        notify(person, "factors_reset", context={"reason": reason})
    return True
