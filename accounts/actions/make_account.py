"""From a proven address to a person: one transaction makes all of it, or nothing."""

import secrets
from collections.abc import Iterator

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.actions import approve, invite
from accounts.actions.register import Details
from accounts.actions.reserved_names import RESERVED
from accounts.errors import NameTaken
from accounts.models import Invitation, User
from idp.ground.canonical import email_key, username_key

_TRIES = 8
_LONGEST = 60


def usernames(address: str) -> Iterator[str]:
    """Names made of the part before the @, the plain one first; random digits tell no number."""
    local = email_key(address).partition("@")[0]
    plain = username_key(local.partition("+")[0][:_LONGEST] or "person")
    if plain not in RESERVED:
        yield plain
    for _ in range(_TRIES):
        yield f"{plain}-{secrets.randbelow(9_000) + 1_000}"
    yield f"{plain}-{secrets.token_hex(8)}"


def make_account(
    *, request: HttpRequest, details: Details, password: str, invitation: Invitation | None
) -> User:
    """The account, its groups and roles, and what is told of it, in the caller's transaction.

    `password` is an encoded hash. Raises `NameTaken` when somebody has this address by now, and
    `LinkNotValid` when the invitation no longer works.
    """
    now = timezone.now()
    user = User(
        email=details.email,
        email_verified=True,
        name=details.name,
        locale=details.locale,
        password=password,
        password_changed_at=now,
    )
    if details.terms_version or settings.SIGNET.terms_url:
        user.terms_version, user.terms_accepted_at = details.terms_version, now
    if settings.SIGNET.registration == "approval" and invitation is None:
        user.approval = User.Approval.WAITING
    _save(user)
    if invitation is not None:
        invite.accept(invitation, user)
    audit.record(
        audit.REGISTERED,
        request=request,
        actor=user,
        subject=user,
        data={
            "invitation": str(invitation.pk) if invitation else None,
            "terms_version": details.terms_version,
            "approval": user.approval,
        },
    )
    if user.approval:
        approve.tell_administrators()
    return user


def _save(user: User) -> None:
    for name in usernames(user.email):
        user.username = name
        try:
            with transaction.atomic():
                user.save(force_insert=True)
        except IntegrityError:
            if User.objects.filter(email_key=email_key(user.email)).exists():
                raise NameTaken from None
        else:
            return
    raise NameTaken
