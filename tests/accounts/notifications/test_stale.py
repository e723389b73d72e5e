"""What is void by the time the worker comes to it does not leave any more."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.actions.not_me import not_me_link
from accounts.end_access import end_access
from accounts.models import OutboxMessage, PendingLogin, Session, User
from accounts.notifications import outbox
from accounts.notifications.letter import letter
from tests.accounts import letters
from tests.accounts.codes import messages, with_mailbox, with_phone
from tests.accounts.joining import allow, ask, link_for
from tests.accounts.surfer import NEW, Surfer, make_person
from tests.support import authenticator

pytestmark = pytest.mark.django_db
_MINUTE = timedelta(seconds=60)


@pytest.fixture(autouse=True)
def _the_worker_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "nudge", lambda task, message_id: None)


def _leaves(message: OutboxMessage) -> bool:
    """Whether the worker would send it now."""
    return outbox.claim(str(message.pk)) is not None


def _states(purpose: str) -> list[str]:
    found = OutboxMessage.objects.filter(purpose=purpose).order_by("created_at")
    return list(found.values_list("status", flat=True))


def test_a_code_that_a_newer_one_voided_does_not_leave(
    bob: User, surfer: Surfer, settings: Any
) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"outbox_visible": False})
    with_mailbox(bob)
    tab = surfer.sign_in()
    with time_machine.travel(timezone.now() + _MINUTE, tick=True):
        tab = tab.send(again="1")
        old, new = messages()
        assert (old.status, old.answer, old.context) == ("withdrawn", "not sent: overtaken", {})
        assert not _leaves(old)
        # The page speaks of the newer one, which is on its way.
        assert "is on its way to" in tab.text
        assert _leaves(new)


def test_a_code_that_a_worker_could_not_hand_over_is_not_tried_again(
    bob: User, surfer: Surfer
) -> None:
    with_mailbox(bob)
    tab = surfer.sign_in()
    (old,) = messages()
    taken = outbox.claim(str(old.pk))
    assert taken is not None
    with time_machine.travel(timezone.now() + _MINUTE, tick=True):
        tab.send(again="1")
        outbox.postponed(taken, "450 try again")
        OutboxMessage.objects.filter(pk=old.pk).update(next_attempt_at=timezone.now())
        assert not _leaves(old)
    old.refresh_from_db()
    assert (old.status, old.answer) == ("failed", "450 try again")


def test_of_two_requests_for_a_new_password_the_first_link_does_not_leave(bob: User) -> None:
    for _ in range(2):
        Surfer().open("/password/forgot").send(email=bob.email)
    assert _states("password_reset") == ["withdrawn", "queued"]


def test_somebody_elses_link_leaves(bob: User) -> None:
    make_person("eve")
    for name in ("bob", "eve", "bob"):
        Surfer().open("/password/forgot").send(email=f"{name}@example.com")
    assert _states("password_reset") == ["withdrawn", "queued", "queued"]


def _choose_by_link(bob: User) -> None:
    link = letters.link_to(bob.email, "password_reset")
    Surfer().open(link).send(new_password=NEW)


def _lock_down(bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)  # so that no other link is sent
    Surfer().open(not_me_link(bob).removeprefix("http://localhost:8000")).send()


def _move(bob: User) -> None:
    surfer = Surfer()
    surfer.sign_in()
    surfer.open("/password/forgot").send(email=bob.email)
    tab = surfer.open("/account/email").send(email="new@example.com")
    tab.send(otp_token=letters.code_to("new@example.com"))


@pytest.mark.parametrize("void", [_choose_by_link, _lock_down, _move])
def test_a_link_that_works_no_more_does_not_leave(bob: User, void: Callable[[User], None]) -> None:
    Surfer().open("/password/forgot").send(email=bob.email)
    void(bob)
    assert set(_states("password_reset")) == {"withdrawn"}


def test_the_link_of_who_remembers_the_password_does_not_leave(bob: User, surfer: Surfer) -> None:
    surfer.open("/password/forgot").send(email=bob.email)
    Surfer().sign_in()
    assert _states("password_reset") == ["queued"]
    surfer.sign_in()
    assert _states("password_reset") == ["withdrawn"]


def _ask_anew(bob: User) -> None:
    Surfer().open("/password/forgot").send(email=bob.email)


def _shut_again(bob: User) -> None:
    with time_machine.travel(timezone.now() + _MINUTE, tick=True):
        Surfer().open(not_me_link(bob).removeprefix("http://localhost:8000")).send()


@pytest.mark.parametrize("void", [_ask_anew, _shut_again])
def test_that_an_account_was_shut_is_told_without_a_link_that_works_no_more(
    bob: User, void: Callable[[User], None]
) -> None:
    Surfer().open(not_me_link(bob).removeprefix("http://localhost:8000")).send()
    assert "choose a new password" in letter(letters.to(bob.email, "locked_down")[0]).text
    void(bob)
    told = letters.to(bob.email, "locked_down")[0]
    assert "was shut" in letter(told).text
    assert "choose a new password" not in letter(told).text
    assert _leaves(told)


def test_the_link_outlives_the_end_of_other_sessions(bob: User) -> None:
    """It works still, so it is sent."""
    Surfer().open("/password/forgot").send(email=bob.email)
    end_access(user=bob, reason="ended_by_person")
    assert _states("password_reset") == ["queued"]


def test_the_code_of_a_login_that_is_ended_does_not_leave(bob: User, surfer: Surfer) -> None:
    with_phone(bob)
    surfer.sign_in()
    Surfer().open(not_me_link(bob).removeprefix("http://localhost:8000")).send()
    (code,) = messages(channel="sms")
    assert not PendingLogin.objects.exists()
    assert (code.status, _leaves(code)) == ("withdrawn", False)


def test_the_code_of_a_confirmation_goes_with_its_session(bob: User, surfer: Surfer) -> None:
    surfer.sign_in()
    with_phone(bob)
    with time_machine.travel(timezone.now() + timedelta(hours=3), tick=True):
        surfer.open("/account/email").send(again="1")
        (code,) = messages(channel="sms")
        end_access(session=Session.objects.get(), reason="ended_by_person")
        assert not _leaves(code)


def test_a_code_is_not_sent_to_who_came_in_by_another_way(bob: User, surfer: Surfer) -> None:
    with_phone(bob)
    authenticator.enrolled(bob)
    tab = surfer.sign_in()
    surfer.open(tab.link("use-sms"))
    (code,) = messages(channel="sms")
    tab.send(otp_token=authenticator.code())
    assert surfer.is_signed_in()
    assert not _leaves(code)


def test_a_code_to_sign_in_with_is_not_sent_to_who_typed_the_password(
    bob: User, surfer: Surfer, settings: Any
) -> None:
    allow(settings, magic_codes=True)
    login = surfer.open("/account/sessions")
    surfer.open(login.link("magic-code")).send(email=bob.email)
    (code,) = letters.to(bob.email, "magic_code")
    login.sign_in()
    assert not _leaves(code)


def test_the_code_of_a_change_that_another_replaced_does_not_leave(
    bob: User, surfer: Surfer
) -> None:
    surfer.sign_in()
    for name in ("one", "two"):
        surfer.open("/account/email").send(email=f"{name}@example.com")
    (old,), (new,) = (letters.to(f"{name}@example.com", "email_change") for name in ("one", "two"))
    assert (_leaves(old), _leaves(new)) == (False, True)


def test_an_account_that_is_there_needs_no_code_any_more(settings: Any) -> None:
    allow(settings)
    tab = ask(Surfer())
    first = link_for("cleo@example.com")
    with time_machine.travel(timezone.now() + _MINUTE, tick=True):
        tab.send(again="1")
        assert _states("registration") == ["withdrawn", "queued"]
        Surfer().open(first).send()
    assert User.objects.filter(email="cleo@example.com").exists()
    assert _states("registration") == ["withdrawn", "withdrawn"]


def test_what_left_already_stays_as_it_is(bob: User, surfer: Surfer) -> None:
    with_phone(bob)
    tab = surfer.sign_in()
    OutboxMessage.objects.update(status="sent", sent_at=timezone.now())
    with time_machine.travel(timezone.now() + _MINUTE, tick=True):
        tab.send(again="1")
    assert [one.status for one in messages()] == ["sent", "queued"]
