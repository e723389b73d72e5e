"""Approval: an administrator decides whether somebody who registered may come in."""

from datetime import timedelta
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.actions.security_notice import notify
from accounts.models import User

# Of the administrators so many are looked at, and told.
_LOOKED_AT, _TOLD = 50, 10
_DECIDES = "accounts.change_user"


def tell_administrators() -> None:
    """Tell those who may decide that somebody waits: each once an hour, however many wait."""
    now = timezone.now()
    staff = User.objects.filter(is_active=True, is_staff=True).exclude(email="")
    staff = staff.order_by("-is_superuser", "username_key")[:_LOOKED_AT]
    queue = f"{reverse('admin:accounts_user_changelist')}?approval__exact=waiting"
    for one in islice((one for one in staff if one.has_perm(_DECIDES)), _TOLD):
        notify(
            one,
            "approval_waiting",
            context={"link": f"{settings.SIGNET.issuer}{queue}"},
            key=f"approval_waiting/{one.pk}/{now:%Y-%m-%dT%H}",
            not_after=now + timedelta(days=1),
        )


def approve(*, request: HttpRequest, actor: User, person: User, note: str = "") -> bool:
    """Let them in, also after a refusal; False when nothing stood in their way."""
    return _decide(
        request,
        actor,
        person,
        note,
        before=[User.Approval.WAITING, User.Approval.REFUSED],
        after="",
    )


def refuse(*, request: HttpRequest, actor: User, person: User, note: str = "") -> bool:
    """Keep them out; False when somebody decided already."""
    return _decide(
        request, actor, person, note, before=[User.Approval.WAITING], after=User.Approval.REFUSED
    )


def _decide(
    request: HttpRequest, actor: User, person: User, note: str, *, before: list[str], after: str
) -> bool:
    with transaction.atomic():
        mine = User.objects.filter(pk=person.pk, approval__in=before)
        if not mine.update(approval=after, updated_at=timezone.now()):
            return False
        audit.record(
            audit.APPROVAL_REFUSED if after else audit.APPROVED,
            request=request,
            actor=actor,
            subject=person,
            reason=note,
        )
        notify(
            person,
            "approval_refused" if after else "approval_granted",
            context={"note": note, "link": f"{settings.SIGNET.issuer}/"},
        )
    return True
