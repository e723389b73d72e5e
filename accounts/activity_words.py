"""Security events in the words of the person they concern."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.floor_above import floor_above
from accounts.models import AuditEvent

_WORDS: Mapping[str, "str | Promise"] = {
    audit.LOGIN: _("Signed in"),
    audit.LOGIN_FAILED: _("A sign-in failed: wrong password"),
    audit.LOGIN_LIMITED: _("Many sign-ins failed: further ones were refused for a while"),
    audit.CONFIRMED: _("Confirmed that it is you"),
    audit.LOGOUT: _("Signed out"),
    audit.SECOND_FACTOR_FAILED: _("The password was right, the second factor wrong"),
    audit.SECOND_FACTOR_DISABLED: _("A second factor was shut after many wrong codes"),
    audit.FACTOR_ADDED: _("A second factor was added"),
    audit.FACTOR_REMOVED: _("A second factor was removed"),
    audit.FACTOR_RENAMED: _("A second factor was renamed"),
    audit.RECOVERY_CODES_MADE: _("New recovery codes were made"),
    audit.RECOVERY_CODE_USED: _("A recovery code was used"),
    audit.RECOVERY_STARTED: _("A recovery without the second factor was begun"),
    audit.RECOVERY_CANCELLED: _("The recovery was stopped"),
    audit.RECOVERY_COMPLETED: _("The recovery was finished: all second factors are gone"),
    audit.FACTORS_RESET: _("An administrator removed all second factors"),
    audit.PASSKEY_COPIED: _("A passkey behaved like a copy and was refused"),
    audit.BROWSER_TRUSTED: _("A browser was spared the second factor"),
    audit.BROWSER_DISTRUSTED: _("A browser must show the second factor again"),
    audit.SESSION_ENDED: _("A session was ended"),
    audit.ACCESS_ENDED: _("Sessions and access of apps were ended"),
    audit.PASSWORD_CHANGED: _("The password was changed"),
    audit.PASSWORD_RESET_REQUESTED: _("A link to choose a new password was sent"),
    audit.PASSWORD_RESET: _("The password was chosen anew by a link"),
    audit.LOCKED_DOWN: _("“That wasn’t me” was used: everything was shut"),
    audit.PROFILE_CHANGED: _("The profile was changed"),
    audit.USERNAME_CHANGED: _("The username was changed"),
    audit.PICTURE_CHANGED: _("The picture was changed"),
    audit.EMAIL_CHANGED: _("The e-mail address was changed"),
    audit.EMAIL_CHANGE_UNDONE: _("The change of the e-mail address was undone"),
    audit.EMAIL_REMOVED: _("The e-mail address was removed"),
    audit.PHONE_CHANGED: _("The phone number was changed"),
    audit.PHONE_CHANGE_UNDONE: _("The change of the phone number was undone"),
    audit.PHONE_REMOVED: _("The phone number was removed"),
    audit.DATA_EXPORTED: _("All data was downloaded"),
    audit.DELETION_REQUESTED: _("The account is to be deleted"),
    audit.DELETION_WITHDRAWN: _("The account is kept after all"),
    audit.FIRST_ADMINISTRATOR: _("The account was made the first administrator"),
    audit.REGISTERED: _("The account was made"),
    audit.APPROVED: _("The account was approved"),
    audit.APPROVAL_REFUSED: _("The account was refused"),
    audit.TERMS_ACCEPTED: _("The terms were accepted"),
    audit.OBJECT_CHANGED: _("An administrator changed the account"),
}


_FAILED = _("A sign-in failed")  # not for a password
# By these nobody got in or came to own anything: what they tell of is over, or was done for the
# person by somebody who answers for it.
_NO_ALARM = frozenset(
    {
        audit.LOGIN_FAILED,
        audit.LOGIN_LIMITED,
        audit.LOGOUT,
        audit.SESSION_ENDED,
        audit.ACCESS_ENDED,
        audit.LOCKED_DOWN,
        audit.EMAIL_CHANGE_UNDONE,
        audit.EMAIL_REMOVED,
        audit.PHONE_CHANGE_UNDONE,
        audit.RECOVERY_CANCELLED,
        audit.BROWSER_DISTRUSTED,
        audit.FACTORS_RESET,
        audit.FIRST_ADMINISTRATOR,
        audit.REGISTERED,
        audit.APPROVED,
        audit.APPROVAL_REFUSED,
        audit.OBJECT_CHANGED,
    }
)


def sentences() -> Mapping[str, "str | Promise"]:
    """Of the events of both floors, by name.

    An event that is not here concerns nobody's account, or nothing a person could act upon.
    """
    above = floor_above().events
    return {**_WORDS, **{name: told.words for name, told in above.items() if told.words}}


def words_of(event: AuditEvent) -> str:
    """One sentence; for an event without one its name, so that nothing is kept back."""
    if event.name == audit.LOGIN_FAILED and event.data:
        return str(_FAILED)
    return str(sentences().get(event.name, event.name))


def raises_alarm(event: AuditEvent) -> bool:
    """Whether “That wasn’t me” makes sense: not about what the person's own answer to a thief
    brought about, nor what an administrator did."""
    is_own = event.actor_id is None or event.actor_id == event.subject_id
    above = floor_above().events.get(event.name)
    alarms = above.raises_alarm if above else event.name not in _NO_ALARM
    return is_own and event.reason != "not_me" and alarms
