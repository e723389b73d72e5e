"""The audit events of this floor, in the words of the person they concern."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from accounts.floor_above import EventAbove
from oauth import audit_events

EVENTS: Mapping[str, EventAbove] = {
    audit_events.CONSENT_GRANTED: EventAbove(_("An app was allowed to use the account")),
    audit_events.CONSENT_REFUSED: EventAbove(_("An app was refused")),
    audit_events.CONSENT_REDUCED: EventAbove(_("An app was allowed less than before")),
    audit_events.CONSENT_REVOKED: EventAbove(_("An app was removed")),
    audit_events.AUTHORIZATION_REVOKED: EventAbove(_("An app lost its access"), raises_alarm=False),
    audit_events.CODE_REPLAYED: EventAbove(_("An app’s code was used twice: its access was ended")),
    audit_events.REFRESH_REUSED: EventAbove(
        _("An old key of an app was used again: its access was ended")
    ),
    # About objects of the administration, or for the owner of an app to read.
    audit_events.SECRET_CREATED: EventAbove(),
    audit_events.SECRET_REVOKED: EventAbove(),
    audit_events.KEY_ROTATED: EventAbove(),
    audit_events.CHALLENGE_REPEATED: EventAbove(),
    audit_events.REFRESH_FROM_THE_FUTURE: EventAbove(),
}
