"""Security facts, written in the transaction of the change they tell of."""

import ipaddress
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import transaction
from django.http import HttpRequest

from accounts.models import AuditEvent, User
from idp.ground.correlation import request_id

_log = structlog.get_logger("accounts.audit")

LOGIN = "login"
LOGIN_FAILED = "login_failed"
LOGIN_LIMITED = "login_limited"
CONFIRMED = "confirmed"
LOGOUT = "logout"
SECOND_FACTOR_FAILED = "second_factor_failed"
SECOND_FACTOR_DISABLED = "second_factor_disabled"
FACTOR_ADDED = "factor_added"
FACTOR_REMOVED = "factor_removed"
FACTOR_RENAMED = "factor_renamed"
RECOVERY_CODES_MADE = "recovery_codes_made"
RECOVERY_CODE_USED = "recovery_code_used"
RECOVERY_STARTED = "recovery_started"
RECOVERY_CANCELLED = "recovery_cancelled"
RECOVERY_COMPLETED = "recovery_completed"
FACTORS_RESET = "factors_reset"
SMS_CAP_REACHED = "sms_cap_reached"
PASSKEY_COPIED = "passkey_copied"
BROWSER_TRUSTED = "browser_trusted"
BROWSER_DISTRUSTED = "browser_distrusted"
SESSION_ENDED = "session_ended"
PASSWORD_CHANGED = "password_changed"  # noqa: S105
PASSWORD_RESET_REQUESTED = "password_reset_requested"  # noqa: S105
PASSWORD_RESET = "password_reset"  # noqa: S105
ACCESS_ENDED = "access_ended"
LOCKED_DOWN = "locked_down"
PROFILE_CHANGED = "profile_changed"
USERNAME_CHANGED = "username_changed"
PICTURE_CHANGED = "picture_changed"
EMAIL_CHANGED = "email_changed"
EMAIL_CHANGE_UNDONE = "email_change_undone"
EMAIL_REMOVED = "email_removed"
PHONE_CHANGED = "phone_changed"
PHONE_CHANGE_UNDONE = "phone_change_undone"
PHONE_REMOVED = "phone_removed"
DATA_EXPORTED = "data_exported"
DELETION_REQUESTED = "deletion_requested"
DELETION_WITHDRAWN = "deletion_withdrawn"
ACCOUNT_DELETED = "account_deleted"
FIRST_ADMINISTRATOR = "first_administrator"
REGISTERED = "registered"
APPROVED = "approved"
APPROVAL_REFUSED = "approval_refused"
INVITED = "invited"
INVITATION_WITHDRAWN = "invitation_withdrawn"
TERMS_ACCEPTED = "terms_accepted"
OBJECT_CREATED = "object_created"
OBJECT_CHANGED = "object_changed"
OBJECT_DELETED = "object_deleted"


@dataclass(frozen=True, slots=True)
class Peer:
    """Who sent a request: an IP address, and what the browser says of itself."""

    address: str | None = None
    user_agent: str = ""


def peer_of(request: HttpRequest | Peer | None) -> Peer:
    """Of a request, or as it was given; nobody, where there is no request."""
    if isinstance(request, HttpRequest):
        request = Peer(request.META.get("REMOTE_ADDR"), request.headers.get("User-Agent", ""))
    return Peer(_address(request.address), request.user_agent) if request else Peer()


def record(
    name: str,
    *,
    request: HttpRequest | Peer | None = None,
    actor: User | None = None,
    subject: User | None = None,
    client_id: str = "",
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> AuditEvent:
    """Append one event; `data` holds ids and names, never secrets.

    The same fact goes to the log once it is committed, so that a collector sees it without the
    database.
    """
    peer = peer_of(request)
    fact = {"client_id": client_id or None, "reason": reason or None}
    event = AuditEvent.objects.create(
        name=name,
        actor=actor,
        actor_label=actor.username if actor else "",
        subject=subject,
        subject_label=subject.username if subject else "",
        client_id=client_id,
        address=peer.address,
        user_agent=peer.user_agent[:300].replace("\0", ""),
        request_id=request_id.get(),
        reason=reason[:300],
        data=data or {},
    )
    # What is rolled back never happened, also for the log.
    transaction.on_commit(lambda: _log.info(name, audit=event.pk, **fact), robust=True)
    return event


def _address(text: str | None) -> str | None:
    """An event must not fail for a peer without an address (a local socket, a proxy's word)."""
    try:
        return str(ipaddress.ip_address(text or ""))
    except ValueError:
        return None
