"""What happens here when a session or a person's access ends on the floor below."""

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import signals
from accounts.notifications.nudge import nudge

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from accounts.models import Session, User
    from oauth.models.authorization import AuthorizationQuerySet


# Models by name: this module is imported by apps.py, before there are any.
def _authorizations() -> "AuthorizationQuerySet":
    found: AuthorizationQuerySet = apps.get_model("oauth", "Authorization").objects.all()
    return found


def _participations(of: Q) -> "QuerySet[Any]":
    return apps.get_model("oauth", "Participation").objects.filter(of)


def _tell_apps(*sources: "QuerySet[Any]") -> None:
    """Messages to the apps, in the transaction that makes them true (OIDC Back-Channel Logout)."""
    if apps.get_model("oauth", "LogoutNotice").objects.write(*sources):
        transaction.on_commit(lambda: nudge("oauth.tasks.tell_apps"), robust=True)


def on_session_ended(session: "Session", reason: str, **kwargs: Any) -> int:
    """What was bound to the session ends with it; offline access outlives it (OIDC Core §11)."""
    _tell_apps(_participations(Q(session=session)))
    return _authorizations().filter(session=session, offline=False).revoke(f"session_{reason}"[:40])


def on_access_ended(
    user: "User",
    reason: str,
    keep_session: "Session | None",
    ended_at: "datetime",
    **kwargs: Any,
) -> int:
    """Everything of the person ends, but for what the kept session holds.

    Ending one's other sessions by hand leaves offline access alone: that is listed, and ended,
    under connected apps.
    """
    over = _authorizations().filter(user=user)
    if keep_session is not None:
        over = over.exclude(session=keep_session, offline=False)
    if reason == "ended_by_person":
        over = over.filter(offline=False)
    ended = Q(session__user=user, session__ended_at=ended_at)
    # An app whose session here ran out long ago may still have one of its own.
    offline = over.living().filter(offline=True)
    if keep_session is not None and reason == "not_me":
        # That browser stays signed in here to choose a password; its apps get nothing any more.
        ended |= Q(session=keep_session)
    elif keep_session is not None:
        offline = offline.exclude(session=keep_session)
    _tell_apps(_participations(ended), offline)
    return over.revoke(reason[:40])


_NAMES = {403: "forbidden", 429: "too_many_requests", 500: "server_error", 503: "busy"}


def on_page_refused(request: "HttpRequest", status: int, **kwargs: Any) -> str:
    """The reference of a record of the page, so that an administrator can say what it was."""
    match = request.resolver_match
    found: str = apps.get_model("oauth", "RequestRecord").objects.write(
        address=request.META.get("REMOTE_ADDR"),
        endpoint=(match.view_name if match else "page")[:60],
        method=(request.method or "")[:10],
        error=_NAMES[status],
        reason=f"page_{status}",
        status=status,
    )
    return found


def connect() -> None:
    """Called once, when the app is ready."""
    signals.session_ended.connect(on_session_ended, dispatch_uid="oauth.session_ended")
    signals.access_ended.connect(on_access_ended, dispatch_uid="oauth.access_ended")
    signals.page_refused.connect(on_page_refused, dispatch_uid="oauth.page_refused")
