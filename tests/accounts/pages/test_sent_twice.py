"""Every form of the account pages and of the login, sent twice as a double click does.

The browser shows the second answer: it must be the page that the first press led to, and the press
must have counted once.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import AuditEvent, OutboxMessage, Session, User
from accounts.pages import delete_account, not_me_by_mail, undo_change
from tests.accounts import letters
from tests.accounts.joining import allow
from tests.accounts.pages import forms

pytestmark = pytest.mark.django_db

_FORMS: Iterable[tuple[Callable[[User], forms.Form], str, str]] = [
    # The form, where both presses lead, and what is written there.
    (forms.login, "/account/profile", "bob"),
    (forms.confirm, "/account/email", "New e-mail address"),
    (forms.totp, "/account/sessions", "Where you are signed in"),
    (forms.recovery_code, "/account/sessions", "Where you are signed in"),
    (forms.sms, "/account/sessions", "Where you are signed in"),
    (forms.email_code, "/account/sessions", "Where you are signed in"),
    (forms.magic_code, "/account/sessions", "Where you are signed in"),
    (forms.new_password, "/account/sessions", "Where you are signed in"),
    (forms.keep, "/account/sessions", "Where you are signed in"),
    (forms.begin_recovery, "/login/lost", ""),
    (forms.stop_recovery, "/recovery/stopped", ""),
    (forms.register, "/register/code", "cleo@example.com"),
    (forms.register_code, "/", ""),
    (forms.register_link, "/register/confirm/done", ""),
    (forms.invitation, "/", ""),
    (forms.forgot, "/password/forgot/sent", ""),
    (forms.reset, "/password/reset/done", ""),
    (forms.change_password, "/account/sign-in", ""),
    (forms.set_up_authenticator, "/account/factors/recovery-codes", ""),
    (forms.set_up_sms, "/account/factors/recovery-codes", ""),
    (forms.set_up_email, "/account/factors/recovery-codes", ""),
    (forms.recovery_codes, "/account/sign-in", ""),
    (forms.remove_factor, "/account/sign-in", "Removed."),
    (forms.rename_factor, "/account/sign-in", "Renamed."),
    (forms.distrust, "/account/sign-in", "asked for the second factor again"),
    (forms.end_session, "/account/sessions", "Ended."),
    (forms.end_others, "/account/sessions", "All other sessions were ended."),
    (forms.profile, "/account/profile", "Bob B"),
    (forms.username, "/account/profile", "bobo"),
    (forms.picture, "/account/profile", ""),
    (forms.email, "/account/email", "new@example.com"),
    (forms.email_proof, "/account/profile", "Saved."),
    (forms.phone_proof, "/account/profile", "Saved."),
    (forms.undo, "/account/undo", "old e-mail address again"),
    (forms.not_me_by_mail, "/account/not-me/done", "Everything is shut"),
    (forms.not_me, "/account/not-me/done", "Everything is shut"),
    (forms.delete, "/account/deleted", "account-leaving"),
]
# To sign in twice is to sign in twice; a link asked for again voids the one before; the page that
# an invitation leads to signs in; and what is ended again is ended for good.
_COUNTS_TWICE = (forms.login, forms.forgot, forms.invitation, forms.end_others)


@pytest.mark.parametrize(
    ("form", "end", "words"), _FORMS, ids=[form.__name__ for form, *_ in _FORMS]
)
def test_the_second_press_ends_where_the_first_one_did(
    bob: User, form: Callable[[User], forms.Form], end: str, words: str, settings: Any
) -> None:
    allow(settings, magic_codes=True)
    tab, fields = form(bob)
    assert tab.status == 200
    first = tab.send(follow=False, **fields)
    assert first.status == 303, first.text[-500:]
    told = _told()
    second = tab.send(**_rewound(fields))
    assert second.status == 200
    assert second.url.partition("?")[0] == end
    assert words in second.text
    if form not in _COUNTS_TWICE:
        assert _told() == told


def _rewound(fields: dict[str, Any]) -> dict[str, Any]:
    for value in fields.values():
        if not isinstance(value, str):
            value.seek(0)
    return fields


def _told() -> tuple[int, int]:
    return OutboxMessage.objects.count(), AuditEvent.objects.count()


@pytest.mark.parametrize(
    ("form", "module", "action", "words"),
    [
        (forms.not_me_by_mail, not_me_by_mail, "lock_down", "Everything is shut"),
        (forms.undo, undo_change, "undo", "old e-mail address again"),
        (forms.delete, delete_account, "ask_to_leave", "account-leaving"),
    ],
)
def test_of_two_presses_at_one_moment_the_later_one_shows_what_the_other_did(
    bob: User,
    form: Callable[[User], forms.Form],
    module: ModuleType,
    action: str,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tab, fields = form(bob)
    real = getattr(module, action)
    told: list[tuple[int, int]] = []

    def overtaken(**values: Any) -> Any:
        """The other press comes through while this one waits for the lock."""
        monkeypatch.setattr(module, action, real)
        tab.send(follow=False, **fields)
        told.append(_told())
        return real(**values)

    monkeypatch.setattr(module, action, overtaken)
    second = tab.send(**fields)
    assert (second.status, words in second.text) == (200, True)
    assert told == [_told()]


def test_pressed_again_for_something_else_that_was_not_me_counts(bob: User) -> None:
    home = forms.home()
    home.open("/account/not-me").send()
    event = AuditEvent.objects.filter(subject=bob, name="login").latest("pk")
    home.open(f"/account/not-me?event={event.pk}").send()
    assert OutboxMessage.objects.filter(purpose="locked_down").count() == 2


def test_pressed_again_later_that_was_not_me_counts(bob: User) -> None:
    home = forms.home()
    tab = home.open("/account/not-me")
    tab.send()
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
        tab.send()
    assert OutboxMessage.objects.filter(purpose="locked_down").count() == 2


def test_a_second_undo_link_is_not_answered_with_what_the_first_one_did(bob: User) -> None:
    tab, _ = forms.undo(bob)
    surfer = tab.surfer
    assert "old e-mail address again" in tab.send().text
    again = surfer.open(letters.link_to(bob.email, "email_changed"))
    assert (again.status, again.url.partition("?")[0]) == (400, "/account/undo")
    assert "old e-mail address again" in surfer.open("/account/undo").text


def test_who_came_back_and_leaves_the_page_open_is_not_told_that_the_account_goes(
    bob: User,
) -> None:
    home = forms.home()
    home.open("/account/delete").send(confirmation="bob")
    home.sign_in().send()
    assert home.is_signed_in()
    tab = home.open("/account/delete")
    Session.objects.all().delete()
    assert tab.send(confirmation="bob").url.startswith("/login")
    bob.refresh_from_db()
    assert bob.delete_after is None
