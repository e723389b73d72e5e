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
