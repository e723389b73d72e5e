"""Mail: one recipient, a stable name, harmless text, and what its server's answers mean."""

import re
import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as sent_mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from accounts.errors import MessageFailed, MessageRefused
from accounts.models import OutboxMessage, User
from accounts.notifications import email
from accounts.notifications.plain import plain
from tests.factories import make_user

_LINK = "https://op.test/password/reset?token=abc%3Adef&x=1"


def _message(user: User | None = None, purpose: str = "password_reset", **over: Any) -> Any:
    return OutboxMessage.objects.create(
        **{
            "channel": "email",
            "purpose": purpose,
            "recipient": "alice@people.test",
            "user": user,
            "context": {"link": _LINK, "minutes": 60, "client_name": "Shop", "left": 3},
            "not_after": timezone.now() + timedelta(hours=1),
            **over,
        }
    )


def _html(mail: EmailMultiAlternatives) -> str:
    ((html, kind),) = mail.alternatives
    assert kind == "text/html"
    return str(html)


PURPOSES = [
    "password_reset",
    "password_reset_unknown",
    "password_changed",
    "access_ended_by_reuse",
    "factor_added",
    "factor_removed",
    "factor_disabled",
    "recovery_codes_made",
    "recovery_code_used",
    "second_factor_failed",
]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("purpose", PURPOSES)
def test_every_mail_has_a_subject_a_text_and_the_same_in_html(purpose: str, language: str) -> None:
    person = None if purpose.endswith("unknown") else make_user("alice", name="Alice Liddell")
    mail = email.compose(_message(person, purpose, language=language))
    text, html = str(mail.body), _html(mail)
    assert mail.subject
    assert "\n" not in mail.subject
    assert "{" not in text + html + mail.subject
    links = set(re.findall(r"https?://[^\s<\"]+", text))
    assert links
    assert links <= set(re.findall(r"https?://[^\s<\"]+", html.replace("&amp;", "&")))
    assert ("Guten Tag" if language == "de" else "Hello") in text
    if person:
        assert "Alice Liddell" in text
        assert "Alice Liddell" in html


@pytest.mark.django_db
def test_mails_load_nothing_from_anywhere_case_332() -> None:
    for purpose in PURPOSES:
        html = _html(email.compose(_message(make_user(), purpose)))
        assert not re.search(r"<(img|link|script|iframe)|url\(|@import", html, re.I)


@pytest.mark.django_db
def test_a_mail_that_goes_again_is_the_same_mail_case_376() -> None:
    message = _message(make_user())
    first, second = email.compose(message), email.compose(OutboxMessage.objects.get(pk=message.pk))
    assert first.message()["Message-ID"] == second.message()["Message-ID"]
    assert str(message.pk) in first.message()["Message-ID"]
    assert (first.subject, first.body) == (second.subject, second.body)
    assert _LINK in str(first.body)


@pytest.mark.django_db
def test_the_host_of_the_request_is_nowhere_in_a_mail_case_255(settings: Any) -> None:
    mail = email.compose(_message(make_user(), "password_changed"))
    for url in re.findall(r"https?://[^\s<\"]+", str(mail.body) + _html(mail)):
        assert url.startswith(settings.SIGNET.issuer)


_ADS = [
    "win at http://evil.test/prize",
    "evil.test",
    "www.evil.test",
    "mail@evil.test",
    "a\nBcc: b@evil.test",
    "https:\\\\evil.test",
    "x" * 200 + " evil.test",
    "\u202eevil.test",
]


@pytest.mark.django_db
@pytest.mark.parametrize("name", _ADS)
def test_a_name_becomes_neither_a_link_nor_a_second_line_case_271(name: str) -> None:
    person = make_user(name=name[:200])
    mail = email.compose(_message(person, "password_changed"))
    for part in (str(mail.body), _html(mail)):
        assert "evil.test" not in part
        assert "://evil" not in part
        assert "@evil" not in part
        assert "\u202e" not in part
        assert "\nBcc" not in part
    assert len(mail.recipients()) == 1


@pytest.mark.django_db
def test_markup_in_a_name_is_text_case_271() -> None:
    person = make_user(name='<script>alert(1)</script>"&')
    mail = email.compose(_message(person, "password_changed"))
    assert "<script" not in _html(mail)
    assert "&lt;script&gt;" in _html(mail)
    assert "<script>" in str(mail.body)


def test_an_ordinary_name_stays_as_it_is() -> None:
    for name in ("Anna Müller", "Dr. J. Smith", "五郎", "O’Neil", "Jean-Luc"):
        assert plain(name) == name


@pytest.mark.django_db
def test_the_mail_goes_to_one_address_with_headers_that_say_a_machine_wrote_it() -> None:
    assert email.send(_message(make_user())) == "accepted by the mail server"
    (mail,) = sent_mail.outbox
    assert mail.recipients() == ["alice@people.test"]
    assert mail.message()["Auto-Submitted"] == "auto-generated"


@pytest.mark.django_db
def test_mail_goes_to_the_owner_of_the_domain_and_not_of_a_similar_one() -> None:
    email.send(_message(recipient="Anna@straße.test"))
    (mail,) = sent_mail.outbox
    assert mail.to == ["Anna@xn--strae-oqa.test"]
    assert mail.message()["To"] == "Anna@xn--strae-oqa.test"


@pytest.mark.django_db
def test_an_address_no_mail_can_go_to_is_refused_for_good() -> None:
    for address in ("a@b.test\nBcc: c@evil.test", "a@b.test, c@evil.test"):
        with pytest.raises(MessageRefused):
            email.send(_message(make_user(), recipient=address))
    assert sent_mail.outbox == []


_BOB = "bob@people.test"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "kind", "answer"),
    [
        (
            smtplib.SMTPRecipientsRefused({_BOB: (550, b"5.1.1 <bob@people.test> unknown")}),
            MessageRefused,
            "mail server: 550 5.1.1",
        ),
        (
            smtplib.SMTPRecipientsRefused({_BOB: (451, b"4.7.1 greylisted")}),
            MessageFailed,
            "mail server: 451 4.7.1",
        ),
        (smtplib.SMTPDataError(554, b"spam"), MessageRefused, "mail server: 554"),
        (smtplib.SMTPDataError(452, b"full"), MessageFailed, "mail server: 452"),
        (smtplib.SMTPAuthenticationError(535, b"no"), MessageFailed, "mail server: 535"),
        (smtplib.SMTPSenderRefused(530, b"STARTTLS", "x"), MessageFailed, "mail server: 530"),
        (smtplib.SMTPConnectError(421, "busy"), MessageFailed, "mail server: 421"),
    ],
)
def test_5xx_about_the_recipient_or_the_mail_is_for_good_all_else_for_now_case_378(
    error: Exception, kind: type, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Any, fail_silently: bool = False) -> int:
        raise error

    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse)
    with pytest.raises(MessageFailed) as told:
        email.send(_message(make_user()))
    assert type(told.value) is kind
    assert told.value.answer == answer
