"""Every form of the account pages and of the login, sent twice as a double click does.

The browser shows the second answer: it must be the page that the first press led to, and the press
must have counted once.
"""

import io
import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.actions.not_me import not_me_link
from accounts.models import (
    AuditEvent,
    OutboxMessage,
    Session,
    TOTPDevice,
    TrustedBrowser,
    User,
)
from accounts.pages import delete_account, not_me, undo_change
from tests.accounts import letters
from tests.accounts.codes import NUMBER, with_mailbox, with_phone
from tests.accounts.joining import allow, ask, code_for, link_for
from tests.accounts.pages.test_invitation import an_invitation
from tests.accounts.surfer import NEW, PASSWORD, Surfer, Tab, make_person
from tests.support import authenticator

pytestmark = pytest.mark.django_db
# The form as it stands open, with what is typed into it.
Form = tuple[Tab, dict[str, Any]]


def _home() -> Surfer:
    surfer = Surfer()
    surfer.sign_in()
    return surfer


def _path(link: str) -> str:
    return link.removeprefix("http://localhost:8000")


def _login(bob: User) -> Form:
    return Surfer().open("/account/profile"), {"username": "bob", "password": PASSWORD}


def _confirm(bob: User) -> Form:
    surfer = _home()
    Session.objects.update(confirmed_at=timezone.now() - timedelta(hours=5))
    return surfer.open("/account/email"), {"password": PASSWORD}


def _authenticator(bob: User) -> Form:
    authenticator.enrolled(bob)
    return Surfer().sign_in(), {"otp_token": authenticator.code()}


def _recovery_code(bob: User) -> Form:
    authenticator.enrolled(bob)
    code = authenticator.with_recovery_code(bob)
    surfer = Surfer()
    return surfer.open(surfer.sign_in().link("use-recovery-code")), {"otp_token": code}


def _sms(bob: User) -> Form:
    with_phone(bob)
    tab = Surfer().sign_in()
    return tab, {"otp_token": letters.code_to(NUMBER)}


def _email_code(bob: User) -> Form:
    with_mailbox(bob)
    tab = Surfer().sign_in()
    return tab, {"otp_token": letters.code_to(bob.email)}


def _magic_code(bob: User) -> Form:
    surfer = Surfer()
    asked = surfer.open(surfer.open("/account/sessions").link("magic-code"))
    return asked.send(email=bob.email), {"otp_token": letters.code_to(bob.email)}


def _new_password(bob: User) -> Form:
    User.objects.update(must_reset_password=True)
    return Surfer().sign_in(), {"new_password": NEW}


def _keep(bob: User) -> Form:
    User.objects.update(delete_after=timezone.now() + timedelta(days=1))
    return Surfer().sign_in(), {}


def _begin_recovery(bob: User) -> Form:
    User.objects.update(email_verified=True)
    authenticator.enrolled(bob)
    surfer = Surfer()
    return surfer.open(surfer.sign_in().link("lost-factor")), {"begin": "1"}


def _stop_recovery(bob: User) -> Form:
    tab, fields = _begin_recovery(bob)
    tab.send(**fields)
    link = letters.to(bob.email, "recovery_started")[-1].context["cancel_link"]
    return Surfer().open(_path(link)), {}


def _register(bob: User) -> Form:
    return Surfer().open("/register"), {"email": "cleo@example.com", "new_password": NEW}


def _register_code(bob: User) -> Form:
    tab = ask(Surfer())
    return tab, {"otp_token": code_for("cleo@example.com")}


def _register_link(bob: User) -> Form:
    ask(Surfer())
    return Surfer().open(link_for("cleo@example.com")), {}


def _invitation(bob: User) -> Form:
    an_invitation(make_person("ada", is_staff=True, is_superuser=True))
    return Surfer().open(link_for("cleo@example.com")), {"new_password": NEW}


def _forgot(bob: User) -> Form:
    return Surfer().open("/password/forgot"), {"email": bob.email}


def _reset(bob: User) -> Form:
    Surfer().open("/password/forgot").send(email=bob.email)
    link = letters.link_to(bob.email, "password_reset")
    return Surfer().open(link), {"new_password": NEW}


def _change_password(bob: User) -> Form:
    return _home().open("/account/password"), {"current_password": PASSWORD, "new_password": NEW}


def _set_up_authenticator(bob: User) -> Form:
    tab = _home().open("/account/factors/authenticator")
    seed = TOTPDevice.objects.get().key
    return tab, {"otp_token": authenticator.code(seed), "name": "Phone"}


def _set_up_sms(bob: User) -> Form:
    tab = _home().open("/account/factors/sms").send(phone_number=NUMBER)
    return tab, {"otp_token": letters.code_to(NUMBER)}


def _set_up_email(bob: User) -> Form:
    User.objects.update(email_verified=True)
    tab = _home().open("/account/factors/email").send(begin="1")
    return tab, {"otp_token": letters.code_to(bob.email)}


def _recovery_codes(bob: User) -> Form:
    surfer = _home()
    authenticator.enrolled(bob)
    tab = surfer.open("/account/factors/recovery-codes")
    sealed = re.search(r'name="sealed" value="([^"]+)"', tab.text)
    code = re.search(r"(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}", tab.text)
    assert sealed and code
    return tab, {"sealed": sealed[1], "recovery_code": code[0]}


def _remove_factor(bob: User) -> Form:
    surfer = _home()
    device = authenticator.enrolled(bob)
    return surfer.open("/account/sign-in"), {"remove": f"totp/{device.pk}"}


def _rename_factor(bob: User) -> Form:
    surfer = _home()
    device = authenticator.enrolled(bob)
    return surfer.open("/account/sign-in"), {"rename": f"totp/{device.pk}", "name": "New"}


def _distrust(bob: User) -> Form:
    surfer = _home()
    authenticator.enrolled(bob)
    trusted = TrustedBrowser.objects.create(
        user=bob,
        browser=Session.objects.get().browser,
        password_state="-",
        expires_at=timezone.now() + timedelta(days=1),
    )
    return surfer.open("/account/sign-in"), {"distrust": str(trusted.pk)}


def _end_session(bob: User) -> Form:
    _home()
    other = Session.objects.get()
    return _home().open("/account/sessions"), {"session": str(other.pk)}


def _end_others(bob: User) -> Form:
    _home()
    return _home().open("/account/sessions"), {"all": "1"}


def _profile(bob: User) -> Form:
    return _home().open("/account/profile"), {"name": "Bob B"}


def _username(bob: User) -> Form:
    return _home().open("/account/username"), {"username": "bobo"}


def _picture(bob: User) -> Form:
    found = io.BytesIO()
    Image.new("RGB", (40, 40), "red").save(found, "PNG")
    picture = SimpleUploadedFile("me.png", found.getvalue(), "image/png")
    return _home().open("/account/picture"), {"picture": picture}


def _email(bob: User) -> Form:
    return _home().open("/account/email"), {"email": "new@example.com"}


def _email_proof(bob: User) -> Form:
    tab = _home().open("/account/email").send(email="new@example.com")
    return tab, {"otp_token": letters.code_to("new@example.com")}


def _phone_proof(bob: User) -> Form:
    tab = _home().open("/account/phone").send(phone_number=NUMBER)
    return tab, {"otp_token": letters.code_to(NUMBER)}


def _undo(bob: User) -> Form:
    tab, fields = _email_proof(bob)
    tab.send(**fields)
    return Surfer().open(letters.link_to(bob.email, "email_changed")), {}


def _not_me_by_mail(bob: User) -> Form:
    return Surfer().open(_path(not_me_link(bob))), {}


def _not_me(bob: User) -> Form:
    return _home().open("/account/not-me"), {}


def _delete(bob: User) -> Form:
    return _home().open("/account/delete"), {"confirmation": "bob"}


_FORMS: Iterable[tuple[Callable[[User], Form], str, str]] = [
    # The form, where both presses lead, and what is written there.
    (_login, "/account/profile", "bob"),
    (_confirm, "/account/email", "New e-mail address"),
    (_authenticator, "/account/sessions", "Where you are signed in"),
    (_recovery_code, "/account/sessions", "Where you are signed in"),
    (_sms, "/account/sessions", "Where you are signed in"),
    (_email_code, "/account/sessions", "Where you are signed in"),
    (_magic_code, "/account/sessions", "Where you are signed in"),
    (_new_password, "/account/sessions", "Where you are signed in"),
    (_keep, "/account/sessions", "Where you are signed in"),
    (_begin_recovery, "/login/lost", ""),
    (_stop_recovery, "/recovery/stopped", ""),
    (_register, "/register/code", "cleo@example.com"),
    (_register_code, "/", ""),
    (_register_link, "/register/confirm/done", ""),
    (_invitation, "/", ""),
    (_forgot, "/password/forgot/sent", ""),
    (_reset, "/password/reset/done", ""),
    (_change_password, "/account/password", ""),
    (_set_up_authenticator, "/account/factors/recovery-codes", ""),
    (_set_up_sms, "/account/factors/recovery-codes", ""),
    (_set_up_email, "/account/factors/recovery-codes", ""),
    (_recovery_codes, "/account/sign-in", ""),
    (_remove_factor, "/account/sign-in", "Removed."),
    (_rename_factor, "/account/sign-in", "Renamed."),
    (_distrust, "/account/sign-in", "asked for the second factor again"),
    (_end_session, "/account/sessions", "Ended."),
    (_end_others, "/account/sessions", "All other sessions were ended."),
    (_profile, "/account/profile", "Bob B"),
    (_username, "/account/profile", "bobo"),
    (_picture, "/account/profile", ""),
    (_email, "/account/email", "new@example.com"),
    (_email_proof, "/account/profile", "Saved."),
    (_phone_proof, "/account/profile", "Saved."),
    (_undo, "/account/undo", "old e-mail address again"),
    (_not_me_by_mail, "/account/not-me/done", "Everything is shut"),
    (_not_me, "/account/not-me/done", "Everything is shut"),
    (_delete, "/account/deleted", "account-leaving"),
]
# To sign in twice is to sign in twice; a link asked for again voids the one before; the page that
# an invitation leads to signs in; and what is ended again is ended for good.
_COUNTS_TWICE = (_login, _forgot, _invitation, _end_others)


@pytest.mark.parametrize(
    ("form", "end", "words"), _FORMS, ids=[form.__name__.strip("_") for form, *_ in _FORMS]
)
def test_the_second_press_ends_where_the_first_one_did(
    bob: User, form: Callable[[User], Form], end: str, words: str, settings: Any
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
        (_not_me_by_mail, not_me, "lock_down", "Everything is shut"),
        (_undo, undo_change, "undo", "old e-mail address again"),
        (_delete, delete_account, "ask_to_leave", "account-leaving"),
    ],
)
def test_of_two_presses_at_one_moment_the_later_one_shows_what_the_other_did(
    bob: User,
    form: Callable[[User], Form],
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
    home = _home()
    home.open("/account/not-me").send()
    event = AuditEvent.objects.filter(subject=bob, name="login").latest("pk")
    home.open(f"/account/not-me?event={event.pk}").send()
    assert OutboxMessage.objects.filter(purpose="locked_down").count() == 2


def test_pressed_again_later_that_was_not_me_counts(bob: User) -> None:
    home = _home()
    tab = home.open("/account/not-me")
    tab.send()
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
        tab.send()
    assert OutboxMessage.objects.filter(purpose="locked_down").count() == 2


def test_a_second_undo_link_is_not_answered_with_what_the_first_one_did(bob: User) -> None:
    tab, _ = _undo(bob)
    surfer = tab.surfer
    assert "old e-mail address again" in tab.send().text
    again = surfer.open(letters.link_to(bob.email, "email_changed"))
    assert (again.status, again.url.partition("?")[0]) == (400, "/account/undo")
    assert "old e-mail address again" in surfer.open("/account/undo").text


def test_who_came_back_and_leaves_the_page_open_is_not_told_that_the_account_goes(
    bob: User,
) -> None:
    home = _home()
    home.open("/account/delete").send(confirmation="bob")
    home.sign_in().send()
    assert home.is_signed_in()
    tab = home.open("/account/delete")
    Session.objects.all().delete()
    assert tab.send(confirmation="bob").url.startswith("/login")
    bob.refresh_from_db()
    assert bob.delete_after is None
