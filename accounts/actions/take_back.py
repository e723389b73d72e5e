"""What a stranger changed about an account since a moment: undone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit, second_factors
from accounts.actions.contact_change import same
from accounts.actions.revert_change import give_up, revert
from accounts.models import AuditEvent, ContactChange, RecoveryCode, User
from accounts.models.contact_change import KEPT
from idp.ground.canonical import NotCanonical

# Whoever gets in makes himself at home within minutes, and what is noticed first need not be his
# first step.
SLACK = timedelta(hours=1)


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


def take_back(
    request: HttpRequest,
    user: User,
    since: datetime,
    until: datetime | None = None,
    pressed: ContactChange | None = None,
) -> TakenBack:
    """Within the caller's transaction, the user's row locked; an hour further back than `since`.

    `until`: what came after it is the owner's. `pressed`: the change whose own link undoes it;
    earlier ones of its kind stay.
    A thief who adds a factor would keep the owner out with it, and one who changed the address
    would get the link to the new password. A change stays once its undo link has run out.
    """
    since -= SLACK
    until = until or timezone.now()
    contacts: list[str] = []
    none_before: list[str] = []
    lost: list[str] = []
    for change in _changes(user, since, until, pressed):
        try:
            with transaction.atomic():
                if revert(request, user, change):
                    contacts.append(change.kind)
                    if not change.old:
                        none_before.append(change.kind)
        except (IntegrityError, NotCanonical):
            # An e-mail address is of one account alone; and today's rules may refuse an old one.
            if give_up(request, user, change):
                lost.append(change.kind)
    factors = _remove_factors(request, user, since, until)
    is_bare = bool(factors) and not second_factors.offered(user)
    return TakenBack(tuple(contacts), tuple(lost), factors, is_bare, tuple(none_before))


def _changes(
    user: User, since: datetime, until: datetime, pressed: ContactChange | None
) -> list[ContactChange]:
    """The first one of each kind: what was there before is what it replaced."""
    found = ContactChange.objects.filter(
        user=user, completed_at__gte=since, completed_at__lte=until, undone_at=None
    )
    first = {pressed.kind: pressed} if pressed else {}
    for change in found.filter(undo_until__gt=timezone.now()).order_by("completed_at"):
        first.setdefault(change.kind, change)
    return list(first.values())


def _remove_factors(request: HttpRequest, user: User, since: datetime, until: datetime) -> int:
    """The recovery codes go where no factor is left, and those made since in any case."""
    # First what is being confirmed at this moment: that waits for nobody's row but its own.
    for model in {one.model for one in second_factors.FACTORS if "confirmed" in one.only}:
        model._default_manager.filter(user=user, confirmed=False).delete()
    count = 0
    for factor in second_factors.FACTORS:
        added = factor.rows(user).filter(created_at__gte=since, created_at__lte=until)
        gone, _ = added.delete()
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


def is_doubtful(user: User, since: datetime) -> bool:
    """Whether the account has its address only since then: a link to a new password might go to
    whoever gave it that. Asked after `take_back`: a change stays once it is too old."""
    since -= SLACK
    changes = ContactChange.objects.filter(
        user=user, kind=ContactChange.Kind.EMAIL, completed_at__gte=since, undone_at=None
    )
    if any(not same(one.kind, one.old, one.new) for one in changes):
        return bool(user.email)
    told = AuditEvent.objects.filter(subject=user, name=audit.EMAIL_CHANGED, at__gte=since)
    return bool(user.email) and told.filter(at__lt=timezone.now() - KEPT).exists()
