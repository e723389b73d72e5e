"""accounts/login.py: the order of steps, and what becomes of a login that is interrupted."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from accounts import finish_login, login
from accounts.models import PendingLogin, Session, User
from tests.accounts.surfer import Surfer


@pytest.mark.parametrize(
    "good", ["/", "/oauth/authorize/resume?c=k1.AbC-_~%20&x=/y", "/account/sessions#top"]
)
def test_paths_of_ours_are_kept(good: str) -> None:
    assert login.local_path(good) == good


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "x",
        "//evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "///evil.test",
        "https://evil.test",
        "javascript:alert(1)",
        "/ evil",
        "/\r\nX: 1",
        "/\0",
        "/ü",
        "/\t/evil.test",
    ],
)
def test_anything_else_is_the_home_page_case_224(bad: str) -> None:
    assert login.local_path(bad) == "/"


def test_a_session_starts_in_one_place() -> None:
    """The promise that “signed in” means “did everything” hangs on it."""
    root = Path(login.__file__).parent.parent
    sources = [path for floor in ("accounts", "oauth") for path in (root / floor).rglob("*.py")]
    callers = [p.name for p in sources if "authentication.start(" in p.read_text("utf-8")]
    assert callers == ["finish_login.py"]
    assert Path(finish_login.__file__).read_text("utf-8").count("authentication.start(") == 1


def test_a_finished_login_is_over(surfer: Surfer) -> None:
    surfer.sign_in()
    pending = PendingLogin.objects.get()
    assert pending.completed_at and pending.user and pending.amr == ["pwd"]
    page = surfer.open(login.page_url("accounts:login", pending))
    assert page.url == "/account/sessions"
    assert Session.objects.count() == 1


def test_another_browsers_login_id_is_worth_nothing(surfer: Surfer) -> None:
    page = surfer.open("/account/sessions")
    stranger = Surfer()
    stranger.open("/password/forgot")
    assert stranger.open(page.url).url != page.url
    assert PendingLogin.objects.count() == 2


def test_a_login_past_its_time_begins_anew_at_the_same_end(surfer: Surfer) -> None:
    page = surfer.open("/account/password")
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=True):
        again = page.reload()
        assert again.shows("submit-login") and again.url != page.url
        assert again.sign_in().url == "/account/password"


def test_the_second_half_must_follow_soon(surfer: Surfer, bob: User) -> None:
    User.objects.update(must_reset_password=True)
    step = surfer.open("/account/sessions").sign_in()
    assert step.shows("submit-password")
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=True):
        assert step.reload().shows("submit-login")


def test_a_new_password_meanwhile_voids_what_the_old_one_began(surfer: Surfer, bob: User) -> None:
    User.objects.update(must_reset_password=True)
    step = surfer.open("/account/sessions").sign_in()
    bob.set_password("something else entirely")
    User.objects.update(password=bob.password, must_reset_password=False)
    assert step.reload().shows("submit-login")
    assert not Session.objects.exists()
