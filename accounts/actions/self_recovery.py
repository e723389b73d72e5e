"""Every second factor is lost: the way back in, slow enough for the owner to stop a thief.

Whoever knows the password begins it, everybody who might be the owner is told on every channel, and
one press there stops it. `recovery_delay` after the first of these messages left it can be
finished, once, by the password again.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.actions.recovery_notices import can_be_told, is_lost, tell_of_start
from accounts.actions.remove_factors import remove_factors
from accounts.actions.security_notice import notify
from accounts.actions.sign_in import password_state
from accounts.end_access import end_access
from accounts.errors import LinkNotValid, RecoveryStopped
from accounts.models import PendingLogin, SelfRecovery, User
from accounts.session_store import KNOWN
from accounts.throttling import Limit, claim, subnet

# Long enough for a holiday; then the waiting begins anew.
_OPEN_FOR = timedelta(days=14)


def is_offered(pending: PendingLogin) -> bool:
    """Only a sign-in begun with the password, of somebody we can write to."""
    return (
        settings.SIGNET.recovery_delay > 0
        and pending.kind == PendingLogin.Kind.SIGN_IN
        and "pwd" in pending.amr
        and pending.user is not None
        and can_be_told(pending.user)
    )


def present(user: User) -> SelfRecovery | None:
    """The one that is under way or ready; a changed password has ended it."""
    return _open(user).filter(expires_at__gt=timezone.now()).first()


def was_stopped(user: User) -> bool:
    """Somebody stopped one begun with this password: the password is known to two people."""
    stopped = SelfRecovery.objects.filter(user=user, password_state=password_state(user))
    return stopped.exclude(cancelled_at=None).exists()


def begin(
    request: HttpRequest, pending: PendingLogin, user: User, *, anew: bool = False
) -> SelfRecovery:
    """The one under way, or a new one, which is told on every channel.

    `anew`: in place of one that was begun in another browser, which is gone as well. One of which
    nobody could be told is none.
    Raises `TooManyAttempts`, and `RecoveryStopped` until there is another password: a thief must
    not begin again and again, until the owner misses one message.
    """
    if (found := _kept(pending, user, anew)) is not None:
        return found
    if was_stopped(user):
        raise RecoveryStopped
    network = subnet(request.META["REMOTE_ADDR"])
    claim(
        [
            Limit(f"recovery/account/{user.pk}", burst=3, every=86_400),
            Limit(f"recovery/net/{network}", burst=10, every=3_600),
        ]
    )
    now = timezone.now()
    secret = secrets.token_urlsafe(16)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if (found := _kept(pending, user, anew)) is not None:
            return found
        # Too old, of a lost browser, untold or of another password: nobody can finish these.
        SelfRecovery.objects.filter(user=user, cancelled_at=None, completed_at=None).delete()
        ready_at = now + timedelta(seconds=settings.SIGNET.recovery_delay)
        row = SelfRecovery.objects.create(
            user=user,
            browser_id=pending.browser_id,
            cancel_digest=_digest(secret),
            password_state=password_state(user),
            created_at=now,
            ready_at=ready_at,
            expires_at=ready_at + _OPEN_FOR,
        )
        # A browser of a stranger would be forgotten before the time is over.
        request.session[KNOWN] = True
        audit.record(audit.RECOVERY_STARTED, request=request, subject=user)
        tell_of_start(request, row, _cancel_link(secret))
    return row


def is_of(recovery: SelfRecovery, pending: PendingLogin) -> bool:
    """Whether it was begun in the browser of this login."""
    return bool(recovery.browser_id == pending.browser_id)


def _kept(pending: PendingLogin, user: User, anew: bool) -> SelfRecovery | None:
    found = present(user)
    if found is None or is_lost(found) or (anew and not is_of(found, pending)):
        return None
    return found


def open_cancel(secret: str) -> SelfRecovery:
    """What the link would stop. Changes nothing: mail scanners open links too.

    Raises `LinkNotValid`.
    """
    found = (
        SelfRecovery.objects.select_related("user")
        .filter(
            cancel_digest=_digest(secret),
            completed_at=None,
            cancelled_at=None,
            expires_at__gt=timezone.now(),
        )
        .first()
    )
    if found is None:
        raise LinkNotValid
    return found


def cancel(request: HttpRequest, secret: str) -> None:
    """Stop it, for good. Raises `LinkNotValid`, also when it was finished in this very moment."""
    found = open_cancel(secret)
    with transaction.atomic():
        mine = SelfRecovery.objects.filter(pk=found.pk, cancelled_at=None, completed_at=None)
        if not mine.update(cancelled_at=timezone.now()):
            raise LinkNotValid
        audit.record(audit.RECOVERY_CANCELLED, request=request, subject=found.user)
        notify(found.user, "recovery_cancelled", request=request)


def forget(request: HttpRequest, user: User) -> None:
    """The owner showed a second factor: none is lost, so whatever is under way is over."""
    with transaction.atomic():
        gone, _ = SelfRecovery.objects.filter(
            user=user, cancelled_at=None, completed_at=None
        ).delete()
        if gone:
            audit.record(
                audit.RECOVERY_CANCELLED, request=request, subject=user, reason="factor_shown"
            )
            notify(user, "recovery_cancelled", request=request)


def complete(request: HttpRequest, pending: PendingLogin, user: User) -> None:
    """Take the lost factors away and end everything else; of many at once exactly one does it.

    The login `pending` goes on. Raises `LinkNotValid` when it is not ready, over, or another
    browser's.
    """
    now = timezone.now()
    with transaction.atomic():
        # As it is now: a new password may have been chosen while this waited.
        user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if not _ready(user, now).filter(browser=pending.browser_id).update(completed_at=now):
            raise LinkNotValid
        kinds = remove_factors(user)
        end_access(user=user, reason="recovery", request=request, actor=user)
        # That ended the logins of everybody, this one with them.
        pending.save(force_insert=True)
        audit.record(
            audit.RECOVERY_COMPLETED,
            request=request,
            actor=user,
            subject=user,
            data={"factors": kinds},
        )
        notify(user, "recovery_completed", request=request)


def _open(user: User) -> "QuerySet[SelfRecovery]":
    return SelfRecovery.objects.filter(
        user=user, cancelled_at=None, completed_at=None, password_state=password_state(user)
    )


def _ready(user: User, now: datetime) -> "QuerySet[SelfRecovery]":
    # Of which nobody was told nobody could have stopped.
    told = _open(user).filter(told_at__isnull=False)
    return told.filter(ready_at__lte=now, expires_at__gt=now)


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _cancel_link(secret: str) -> str:
    query = urlencode({"token": secret})
    return f"{settings.SIGNET.issuer}{reverse('accounts:cancel_recovery')}?{query}"
