"""Invitations: asked by mail to join, with the groups and roles that come with it."""

import secrets
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.actions.register import digest
from accounts.delegation import may_grant, may_grant_groups
from accounts.errors import LinkNotValid
from accounts.models import Invitation, OutboxMessage, User
from accounts.notifications import outbox


def invite(*, request: HttpRequest, actor: User, invitation: Invitation) -> None:
    """Give a saved invitation its link and mail it; one sent before is over.

    What the link opens is what the actor may hand out: the caller has checked that.
    """
    secret = secrets.token_urlsafe(32)
    now = timezone.now()
    with transaction.atomic():
        # What was mailed before is over, and must not arrive after this one.
        _unsend(invitation)
        invitation.digest = digest(secret)
        invitation.invited_by = actor
        invitation.expires_at = now + timedelta(seconds=settings.SIGNET.invitation_lifetime)
        invitation.save(update_fields=["digest", "invited_by", "expires_at"])
        query = urlencode({"token": secret})
        outbox.queue(
            channel="email",
            purpose="invitation",
            recipient=invitation.email,
            context={
                "link": f"{settings.SIGNET.issuer}{reverse('accounts:invitation')}?{query}",
                "inviter": actor.display_name,
                "note": invitation.note,
                "days": max(1, settings.SIGNET.invitation_lifetime // 86_400),
            },
            not_after=invitation.expires_at,
            key=f"{_key(invitation)}{invitation.digest}",
        )
        audit.record(
            audit.INVITED, request=request, actor=actor, data={"invitation": str(invitation.pk)}
        )


def withdraw(*, request: HttpRequest, actor: User, invitation: Invitation) -> bool:
    """End an open invitation; False when it was accepted or withdrawn before."""
    now = timezone.now()
    with transaction.atomic():
        mine = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
        if not mine.update(revoked_at=now):
            return False
        _unsend(invitation)
        audit.record(
            audit.INVITATION_WITHDRAWN,
            request=request,
            actor=actor,
            data={"invitation": str(invitation.pk)},
        )
    return True


def _key(invitation: Invitation) -> str:
    return f"invitation/{invitation.pk}/"


def _unsend(invitation: Invitation) -> None:
    outbox.withdraw(OutboxMessage.objects.filter(key__startswith=_key(invitation)))


def by_secret(secret: str) -> Invitation:
    """The open invitation of this link; opening it consumes nothing. Raises `LinkNotValid`."""
    found = (
        Invitation.objects.select_related("invited_by")
        .filter(digest=digest(secret), accepted_at=None, revoked_at=None)
        .filter(expires_at__gt=timezone.now())
        .first()
    )
    if found is None or settings.SIGNET.registration == "closed" or not _is_backed(found):
        raise LinkNotValid
    return found


def accept(invitation: Invitation, user: User) -> None:
    """Give the new person what it promises, once, in the caller's transaction.

    Raises `LinkNotValid`.
    """
    now = timezone.now()
    mine = Invitation.objects.filter(
        pk=invitation.pk, accepted_at=None, revoked_at=None, expires_at__gt=now
    )
    if not _is_backed(invitation) or not mine.update(accepted_at=now, accepted_by=user):
        raise LinkNotValid
    user.groups.set(invitation.groups.all())
    user.roles.set(invitation.roles.all())


def _is_backed(invitation: Invitation) -> bool:
    """Whether who invited could still hand this out.

    An administrator who was dismissed must not come back by an invitation to an address of theirs.
    """
    inviter: User | None = invitation.invited_by
    return (
        inviter is not None
        and inviter.is_staff
        and inviter.has_perm("accounts.add_invitation")
        and may_grant(inviter, invitation.roles.all())
        and may_grant_groups(inviter, invitation.groups.all())
    )
