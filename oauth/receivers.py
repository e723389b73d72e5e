"""What happens here when a session or a person's access ends on the floor below."""

from typing import TYPE_CHECKING, Any

from django.apps import apps

from accounts import signals

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.models import Session, User
    from oauth.models.authorization import AuthorizationQuerySet


def _authorizations() -> "AuthorizationQuerySet":
    # By name: this module is imported by apps.py, before there are models.
    found: AuthorizationQuerySet = apps.get_model("oauth", "Authorization").objects.all()
    return found


def on_session_ended(session: "Session", reason: str, **kwargs: Any) -> int:
    """What was bound to the session ends with it; offline access outlives it (OIDC Core §11)."""
    return _authorizations().filter(session=session, offline=False).revoke(f"session_{reason}"[:40])


def on_access_ended(
    user: "User", reason: str, keep_session: "Session | None", **kwargs: Any
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
