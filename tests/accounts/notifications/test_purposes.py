"""Every message that some code writes has its words, and nothing in them is left open."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.template import engines
from django.utils import timezone

from accounts.models import OutboxMessage, User
from accounts.notifications.email import compose
from accounts.notifications.sms import text_of
from tests.accounts.notifications.purposes import CONTEXT, written

_WRITTEN = written()
# Done by an administrator, by an app's server or by time alone; and codes, links and invitations,
# whose reader asked for them or need do nothing.
_ELSEWHERE = {
    "access_ended_by_reuse", "account_deleted", "approval_granted", "approval_refused", "approval_waiting", "factors_reset", "password_guessed", "recovery_ready",
    "code", "email_change", "email_change_taken", "invitation", "magic_code", "magic_code_unknown", "password_reset", "password_reset_unknown", "registration",
    "registration_known", "locked_down", "email_changed_by_administrator", "phone_changed_by_administrator",
}  # fmt: skip


def _message(channel: str, purpose: str) -> OutboxMessage:
    return OutboxMessage(
        channel=channel,
        purpose=purpose,
        recipient="alice@people.test",
        user=None if purpose.endswith("unknown") else User(username="alice", name="Alice"),
        context={
            key: value.replace("https://op.test", settings.SIGNET.issuer)
            if isinstance(value, str)
            else value
            for key, value in CONTEXT.items()
        },
        not_after=timezone.now() + timedelta(hours=1),
    )


@pytest.fixture
def _open_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A value the context lacks shows."""
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "MISSING")


def test_the_purposes_are_found() -> None:
    assert {"password_reset", "password_reset_unknown", "factor_removed"} <= _WRITTEN["email"]


@pytest.mark.parametrize("purpose", sorted(_WRITTEN["email"]))
@pytest.mark.usefixtures("_open_ends")
def test_every_mail_that_is_written_has_its_words(purpose: str) -> None:
    mail: Any = compose(_message("email", purpose))
    ((html, _kind),) = mail.alternatives
    for part in (mail.subject, mail.body, html):
        assert part.strip()
        assert "MISSING" not in part
        assert "{" not in part


@pytest.mark.parametrize("purpose", sorted(_WRITTEN["email"] - _ELSEWHERE))
def test_every_mail_about_what_somebody_did_says_where_and_when(purpose: str) -> None:
    body = compose(_message("email", purpose)).body
    assert f"\n\n{CONTEXT['browser']}\nfrom the address {CONTEXT['address']}, on" in body


@pytest.mark.parametrize("purpose", sorted(_WRITTEN["email"] - _ELSEWHERE))
def test_where_nobody_was_there_it_says_nothing_of_it(purpose: str) -> None:
    message = _message("email", purpose)
    for key in ("browser", "address", "when"):
        del message.context[key]
    assert "from the address" not in compose(message).body


@pytest.mark.parametrize("purpose", sorted(_WRITTEN["email"]))
def test_no_subject_tells_a_code(purpose: str) -> None:
    assert CONTEXT["code"] not in compose(_message("email", purpose)).subject


@pytest.mark.parametrize("purpose", sorted(_WRITTEN["sms"]))
@pytest.mark.usefixtures("_open_ends")
def test_every_sms_that_is_written_has_its_words(purpose: str) -> None:
    text = text_of(_message("sms", purpose))
    assert text
    assert "MISSING" not in text
    assert "{" not in text
