"""What a stranger changed about an account since a moment: undone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit, second_factors
from accounts.actions.revert_change import give_up, revert
from accounts.models import ContactChange, RecoveryCode, User

# Whoever gets in makes himself at home within minutes, and what is noticed first need not be his
# first step.
_SLACK = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class TakenBack:
    """`contacts`: kinds (`email`, `phone`) that are as before, `none_before` those of them that
    there was none of; `lost`: those that could not be, as another account has the old one by now:
    there is none now; `factors`: how many were removed, `is_bare`: none is left."""

    contacts: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    factors: int = 0
    is_bare: bool = False
    none_before: tuple[str, ...] = ()


def take_back(request: HttpRequest, user: User, since: datetime) -> TakenBack:
    """Within the caller's transaction, the user's row locked; an hour further back than `since`.

    A thief who adds a factor would keep the owner out with it, and one who changed the address
    would get the link to the new password. A change stays once its undo link has run out.
    """
    since -= _SLACK
    contacts: list[str] = []
    none_before: list[str] = []
    lost: list[str] = []
    for change in _changes(user, since):
        try:
            with transaction.atomic():
                if revert(request, user, change):
                    contacts.append(change.kind)
                    if not change.old:
                        none_before.append(change.kind)
        except IntegrityError:  # only an e-mail address is of one account alone
            if give_up(request, user, change):
                lost.append(change.kind)
    factors = _remove_factors(request, user, since)
    is_bare = bool(factors) and not second_factors.offered(user)
    return TakenBack(tuple(contacts), tuple(lost), factors, is_bare, tuple(none_before))


def _changes(user: User, since: datetime) -> list[ContactChange]:
    """The first one of each kind: what was there before is what it replaced."""
    found = ContactChange.objects.filter(user=user, completed_at__gte=since, undone_at=None)
    first: dict[str, ContactChange] = {}
    for change in found.filter(undo_until__gt=timezone.now()).order_by("completed_at"):
        first.setdefault(change.kind, change)
    return list(first.values())


def _remove_factors(request: HttpRequest, user: User, since: datetime) -> int:
    """The recovery codes go where no factor is left, and those made since in any case."""
    # First what is being confirmed at this moment: that waits for nobody's row but its own.
    for model in {one.model for one in second_factors.FACTORS if "confirmed" in one.only}:
        model._default_manager.filter(user=user, confirmed=False).delete()
    count = 0
    for factor in second_factors.FACTORS:
        gone, _ = factor.rows(user).filter(created_at__gte=since).delete()
        if gone and factor.stands_alone:
            count += gone
            audit.record(
                audit.FACTOR_REMOVED,
                request=request,
                subject=user,
                reason="not_me",
                data={"factor": factor.name},
            )
    if not second_factors.offered(user):
        RecoveryCode.objects.filter(user=user).delete()
    return count
