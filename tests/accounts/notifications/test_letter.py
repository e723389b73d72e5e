"""One frame around every mail's words, in text and in HTML; the whole of it lies in letters/."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.template import engines
from django.utils import timezone

from accounts.models import OutboxMessage, User
from accounts.notifications import letter as letters
from accounts.notifications.letter import Letter, letter

_KEPT = Path(__file__).parent / "letters"
_LINK = "http://localhost:8000/password/reset?token=abc%3Adef&x=1"
_NOT_ME = "http://localhost:8000/not-me?token=def"


def _letter(purpose: str = "password_reset", language: str = "en", **context: Any) -> Letter:
    person = User(username="alice", email="alice@people.test", name='Alice & "Bob"')
    return letter(
        OutboxMessage(
            channel="email",
            purpose=purpose,
            recipient=person.email,
            user=person,
            language=language,
            context={"link": _LINK, "minutes": 60, **context},
            not_after=timezone.now() + timedelta(hours=1),
        )
    )


@pytest.fixture
def body(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A purpose of which only the body matters."""
    bodies: dict[str, str] = {}
    render = letters.render_to_string

    def rendered(name: str, context: dict[str, Any]) -> str:
        if name in bodies:
            return engines["django"].from_string(bodies[name]).render(context)
        return render(name, context)

    monkeypatch.setattr(letters, "render_to_string", rendered)

    def of(text: str, **context: Any) -> Letter:
        off = "{% autoescape off %}", "{% endautoescape %}"
        bodies["email/password_reset.txt"] = text.join(off)
        return _letter(**context)

    return of


def test_a_mail_is_the_one_that_was_looked_at(settings: Any) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"issuer": "http://localhost:8000"})
    words = _letter(brand="Shop & Sons", not_me_link=_NOT_ME)
    assert words.subject == "Choose a new password"
    assert words.text == (_KEPT / "password_reset.txt").read_text()
    assert words.html == (_KEPT / "password_reset.html").read_text()


def test_the_line_above_a_link_names_its_button(body: Any, settings: Any) -> None:
    link = f"{settings.SIGNET.issuer}/x?a=1&b=2"
    words = body("Do look.\n\nLook <here>\n{{ link }}", link=link)
    assert f"Look <here>\n{link}" in words.text
    assert f'<a href="{settings.SIGNET.issuer}/x?a=1&amp;b=2"' in words.html
    assert ">Look &lt;here&gt;</a>" in words.html


def test_a_link_without_a_line_above_is_a_button_all_the_same(body: Any, settings: Any) -> None:
    words = body("Do look:\n\n{{ link }}", link=f"{settings.SIGNET.issuer}/x")
    assert f'<a href="{settings.SIGNET.issuer}/x"' in words.html
    assert ">Go on</a>" in words.html


def test_a_code_alone_is_set_large_and_keeps_its_characters(body: Any) -> None:
    words = body("Your code:\n\n{{ code }}", code="123456")
    assert "\n\n123456\n\n" in words.text
    assert "monospace" in words.html


@pytest.mark.parametrize("value", ["https://evil.test/", "x\n\nhttp://evil.test/y", "evil.test"])
def test_words_of_strangers_become_no_link_and_no_button_case_271(body: Any, value: str) -> None:
    words = body("From {{ reason }}\n\n{{ reason }}", reason=value)
    for part in (words.text, words.html):
        assert "evil.test" not in part
        assert 'href="http' not in part


def test_somebody_elses_address_is_no_button_even_as_a_link(body: Any) -> None:
    """A context should never hold one; the frame still does not dress it up."""
    words = body("Go\n{{ link }}", link="https://evil.test/")
    assert "<a href" not in words.html


def test_only_security_mails_offer_that_was_not_me() -> None:
    assert "That wasn’t" not in _letter().text
    assert f"\n{_NOT_ME}\n" in _letter("password_changed", not_me_link=_NOT_ME).text


@pytest.mark.parametrize(("mode", "is_offered"), [("open", True), ("invite", False)])
def test_who_has_no_account_is_led_to_one_where_anybody_may_join(
    settings: Any, mode: str, is_offered: bool
) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"registration": mode})
    for purpose in ("password_reset_unknown", "magic_code_unknown"):
        words = _letter(purpose)
        link = f"{settings.SIGNET.issuer}/register"
        assert (f"Create an account\n{link}\n" in words.text) is is_offered
        assert (f'href="{link}"' in words.html) is is_offered


def test_an_address_that_was_left_is_not_told_that_it_is_the_accounts() -> None:
    left = _letter("email_changed", was_theirs=True, days=14)
    assert "this was the address of the account alice" in left.text
    assert "this is the address of the account alice" in _letter("password_changed").text


def test_languages_that_are_written_from_the_right_say_so() -> None:
    assert '<html lang="ar" dir="rtl">' in _letter(language="ar").html
    assert '<html lang="de" dir="ltr">' in _letter(language="de").html


def test_the_head_names_the_app_shortly_and_never_as_a_link_case_271() -> None:
    words = _letter(brand="https://evil.test/ " + "x" * 200)
    assert "evil.test" not in words.html
    assert "x" * 40 not in words.html
    assert "· Signet" in words.html


@pytest.mark.parametrize(
    ("factor", "device", "told"),
    [
        ("totp", "Authenticator app", "authenticator app."),
        ("passkey", "Passkey", "passkey."),
        ("totp", "My phone", "authenticator app (My phone)."),
        ("sms", "•••• 78", "codes by SMS (•••• 78)."),
        ("grid_card", "", "grid_card."),
    ],
)
def test_a_factor_that_has_no_name_of_its_own_is_named_once(
    factor: str, device: str, told: str
) -> None:
    assert f": {told}" in _letter("factor_added", factor=factor, device=device).text
