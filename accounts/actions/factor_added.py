"""A second factor is confirmed: written down, told, and wanted wherever somebody is signed in."""

import uuid

from django.http import HttpRequest

from accounts import audit, authentication
from accounts.actions.security_notice import notify
from accounts.models import User


def factor_added(
    request: HttpRequest, user: User, holder: uuid.UUID | None, factor: str, device: str
) -> None:
    """Within the transaction that confirmed it, the user's row locked.

    `holder`: the session or login it was added in; `factor` and `device` say which it is. Elsewhere
    nothing that decides who gets in is changed without it any more: a thief who is signed in would
    just remove what is to keep him out.
    """
    words = {"factor": factor, "device": device}
    audit.record(audit.FACTOR_ADDED, request=request, actor=user, subject=user, data=words)
    notify(user, "factor_added", request=request, context=words)
    authentication.make_stale(user, keep=holder)
