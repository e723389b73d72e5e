"""oauth/activity_words.py: the events of this floor, as the floor below tells them."""

from accounts import audit
from accounts.activity_words import raises_alarm, sentences, words_of
from accounts.models import AuditEvent
from oauth import audit_events
from oauth.activity_words import EVENTS

# About objects of the administration, or for the owner of an app to read.
_NOT_FOR_PEOPLE = {
    "secret_created",
    "secret_revoked",
    "key_rotated",
    "challenge_repeated",
    "refresh_from_the_future",
}


def _names() -> set[str]:
    return {value for name, value in vars(audit_events).items() if name.isupper()}


def test_every_event_is_known_below_with_words_or_a_reason_to_have_none() -> None:
    assert set(EVENTS) == _names()
    assert _names() - set(sentences()) == _NOT_FOR_PEOPLE


def test_no_event_has_the_name_of_one_below() -> None:
    below = {value for name, value in vars(audit).items() if name.isupper()}
    assert below and not below & _names()


def test_it_is_told_in_words_and_worries_where_it_may_have_been_a_thief() -> None:
    stolen = AuditEvent(name=audit_events.CODE_REPLAYED)
    assert words_of(stolen) == "An app’s code was used twice: its access was ended"
    assert raises_alarm(stolen)
    lost = AuditEvent(name=audit_events.AUTHORIZATION_REVOKED)
    assert words_of(lost) == "An app lost its access" and not raises_alarm(lost)
    assert not raises_alarm(AuditEvent(name=audit_events.CONSENT_REVOKED, reason="not_me"))
