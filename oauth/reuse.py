"""A code or a refresh token used again by someone who could use it: a thief, or the victim.

Nobody can tell which of the two, so the authorization ends for both (RFC 6749 §4.1.2, RFC 9700
§4.14.2). Once, however often it is tried.
"""

from datetime import datetime

from accounts import audit
from accounts.actions.security_notice import notify
from accounts.models import User
from oauth import audit_events
from oauth.clients import ClientFacts
from oauth.grant_row import GrantRow
from oauth.models import Authorization


def end_replayed(row: GrantRow, now: datetime) -> None:
    """A code was redeemed twice."""
    _end(row, audit_events.CODE_REPLAYED, now)


def end_reused(row: GrantRow, client: ClientFacts, now: datetime) -> None:
    """An old refresh token was used: the person is told, since the thief may hold a newer one."""
    person = _end(row, audit_events.REFRESH_REUSED, now)
    if person is not None:
        notify(person, "access_ended_by_reuse", context={"client_name": client.client_name})


def _end(row: GrantRow, name: str, now: datetime) -> User | None:
    """The person whose access this call ended, else None."""
    if not Authorization.objects.filter(pk=row.id).revoke(name, now):
        return None
    person = User.objects.get(pk=row.user_id)
    audit.record(name, subject=person, client_id=row.client_id, data={"authorization": str(row.id)})
    return person
