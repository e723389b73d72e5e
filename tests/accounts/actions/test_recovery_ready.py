"""The waiting is over: whoever began the recovery hears of it, once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import SelfRecovery, User
from accounts.notifications.letter import letter
from accounts.tasks import tell_recoverable
from tests.accounts.letters import to
from tests.accounts.surfer import Surfer, make_person
from tests.support.authenticator import enrolled

pytestmark = pytest.mark.django_db
MAIL = "bob@example.com"


@pytest.fixture
def bob() -> User:
    person = make_person()
    enrolled(person)
    surfer = Surfer()
    surfer.open(surfer.sign_in().link("lost-factor")).send(start="1")
    return person


def _wait_over(**over: Any) -> None:
    now = timezone.now()
    ready = {"told_at": now - timedelta(hours=72), "ready_at": now - timedelta(seconds=1)}
    SelfRecovery.objects.update(**ready | over)


def test_it_is_told_once_how_to_go_on_and_until_when(bob: User) -> None:
    assert tell_recoverable() == 0
    _wait_over()
    assert (tell_recoverable(), tell_recoverable()) == (1, 0)
    (notice,) = to(MAIL, "recovery_ready")
    text = letter(notice).text
    assert "choose “I have none of these any more” again. It works until" in text
    assert "not_me_link" in notice.context
    assert notice.not_after == SelfRecovery.objects.get().expires_at


@pytest.mark.parametrize(
    "over",
    [
        {"told_at": None},
        {"cancelled_at": timezone.now()},
        {"completed_at": timezone.now()},
        {"expires_at": timezone.now()},
        {"password_state": "of an earlier password"},
    ],
    ids=["untold", "stopped", "finished", "too-old", "other-password"],
)
def test_what_cannot_be_finished_is_not_told_of(bob: User, over: dict[str, Any]) -> None:
    _wait_over(**over)
    assert tell_recoverable() == 0
    assert not to(MAIL, "recovery_ready")


def test_a_disabled_account_hears_nothing(bob: User) -> None:
    User.objects.update(is_active=False)
    _wait_over()
    assert tell_recoverable() == 0


def test_the_first_mail_says_how_to_go_on(bob: User) -> None:
    (notice,) = to(MAIL, "recovery_started")
    text = letter(notice).text
    ready = notice.context["ready"]
    assert f"from {ready} (UTC) on sign in with your password" in text
    assert "choose “I have none of these any more” again." in text


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_write_one_mail(bob: User) -> None:
    _wait_over()
    together = Barrier(2)

    def run(_: int) -> int:
        try:
            together.wait()
            return tell_recoverable()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(run, range(2))) == 1
    assert len(to(MAIL, "recovery_ready")) == 1
