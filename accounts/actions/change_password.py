"""A new password, chosen by the person."""

from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit, signals
from accounts.actions.security_notice import notify
from accounts.end_access import end_access
from accounts.errors import NotRecognised, PasswordRefused
from accounts.models import Session, User
from accounts.notifications.stale import withdraw_reset_links
from accounts.password_policy import check, normalised
from accounts.throttling import Limit, claim

_SENT_TWICE = timedelta(seconds=60)


def set_password(
    *, user: User, new: str, reason: str, request: HttpRequest, keep_session: Session | None
) -> bool:
    """Write a checked password and end what the old one opened, in one transaction.

    False when somebody else changed it meanwhile. Raises `PasswordRefused`, also for the present
    one and one that was voided because a stranger knew it.
    """
    checked = check(new, user)
    if any(one and check_password(checked, one) for one in (user.password, user.voided_password)):
        raise PasswordRefused(("used",))
    return replace_password(
        user=user,
        encoded=make_password(checked),
        reason=reason,
        request=request,
        actor=user,
        keep_session=keep_session,
    )


def replace_password(
    *,
    user: User,
    encoded: str,
    reason: str,
    request: HttpRequest | None = None,
    actor: User | None = None,
    keep_session: Session | None = None,
) -> bool:
    """The same for a password that is hashed already (declared by an operator)."""
    with transaction.atomic():
        if not user.change_password(encoded, timezone.now()):
            return False
        audit.record(
            audit.PASSWORD_CHANGED, request=request, actor=actor, subject=user, reason=reason
        )
        end_access(
            user=user, reason=reason, keep_session=keep_session, request=request, actor=actor
        )
        withdraw_reset_links(user)
        signals.password_changed.send(User, user=user, keep_session=keep_session)
        notify(user, "password_changed", request=request)
    return True


def change_password(*, request: HttpRequest, session: Session, current: str, new: str) -> bool:
    """The voluntary change: needs the present password, keeps this session, ends the others.

    False when somebody else changed it in this very moment.
    Raises `NotRecognised`, `PasswordRefused`, `TooManyAttempts`.
    """
    user = session.user
    claim([Limit(f"login/known/{session.browser_id}/{user.pk}", burst=10, every=30)])
    if not check_password(normalised(current), user.password):
        if _just_done(user, new):
            return True
        raise NotRecognised
    return set_password(
        user=user, new=new, reason="password_changed", request=request, keep_session=session
    )


def _just_done(user: User, new: str) -> bool:
    """The same form sent twice: the first one changed it a moment ago to just this."""
    changed_at = user.password_changed_at
    if changed_at is None or changed_at < timezone.now() - _SENT_TWICE:
        return False
    return check_password(normalised(new), user.password)
