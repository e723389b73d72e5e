"""accounts/activity_details.py and raises_alarm: what an event was about, and whether to worry."""

from typing import Any

import pytest
from django.utils.translation import override

from accounts import audit
from accounts.activity_details import details_of, method_words
from accounts.activity_words import raises_alarm, words_of
from accounts.models import AuditEvent


@pytest.mark.parametrize(
    ("amr", "words"),
    [
        (["pwd"], "Password"),
        (["pwd", "sms", "mfa"], "Password + Code by SMS"),
        (["pwd", "otp", "mfa"], "Password + One-time code"),
        (["hwk", "user", "mfa"], "Passkey"),
        (["email", "swk"], "Code by e-mail + Passkey"),
        (["pwd", "grid"], "Password + grid"),
        ([], ""),
    ],
)
def test_a_way_to_sign_in_is_told_in_words(amr: list[str], words: str) -> None:
    assert method_words(amr) == words


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        (audit.LOGIN, {"amr": ["pwd"]}, "Password"),
        (audit.FACTOR_ADDED, {"factor": "totp", "device": "Phone"}, "Authenticator app (Phone)"),
        (audit.FACTOR_REMOVED, {"factor": "sms"}, "Code by SMS"),
        (audit.FACTOR_ADDED, {"factor": "grid"}, "grid"),
        (audit.SECOND_FACTOR_FAILED, {"factor": "recovery_code"}, "Recovery code"),
        (audit.FACTORS_RESET, {"factors": ["passkey", "totp"]}, "Passkey, Authenticator app"),
        (audit.EMAIL_CHANGED, {"from": "a•••@x.test", "to": "b•••@x.test"}, "a•••@x.test → b•••@x.test"),
        (audit.PHONE_CHANGED, {"from": "", "to": "•••• 60"}, "•••• 60"),
        (audit.PHONE_REMOVED, {"from": "•••• 60"}, "•••• 60"),
        (audit.RECOVERY_CODE_USED, {"left": 1}, "1 code is left."),
        (audit.PROFILE_CHANGED, {"fields": ["locale", "gone"]}, "language, gone"),
        (audit.LOGIN_FAILED, {"by": "magic_code"}, "Code by e-mail"),
        (audit.LOGIN_FAILED, {"factor": "passkey"}, "Passkey"),
        (audit.LOGOUT, {"session": "x"}, ""),
    ],
)  # fmt: skip
def test_an_event_says_what_it_was_about(name: str, data: dict[str, Any], words: str) -> None:
    with override("en"):
        assert details_of(AuditEvent(name=name, data=data)) == words


@pytest.mark.parametrize(
    "name", sorted(value for key, value in vars(audit).items() if key.isupper())
)
def test_an_event_from_before_this_was_noted_has_none(name: str) -> None:
    assert details_of(AuditEvent(name=name, data={})) == ""


def test_a_failed_sign_in_without_a_password_does_not_speak_of_one() -> None:
    event = AuditEvent(name=audit.LOGIN_FAILED, data={"factor": "passkey"})
    assert words_of(event) == "A sign-in failed"
    assert "password" in words_of(AuditEvent(name=audit.LOGIN_FAILED, data={}))


@pytest.mark.parametrize(
    ("name", "over", "worries"),
    [
        (audit.LOGIN, {}, True),
        (audit.FACTOR_ADDED, {}, True),
        (audit.SECOND_FACTOR_FAILED, {}, True),
        (audit.LOGOUT, {}, False),
        (audit.LOCKED_DOWN, {}, False),
        (audit.FACTORS_RESET, {}, False),
        (audit.FACTOR_REMOVED, {"reason": "not_me"}, False),
    ],
)
def test_only_what_a_stranger_gains_by_offers_that_was_not_me(
    name: str, over: dict[str, Any], worries: bool
) -> None:
    assert raises_alarm(AuditEvent(name=name, **over)) is worries
