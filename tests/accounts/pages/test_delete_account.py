"""accounts/pages/delete_account.py, keep_account.py and accounts/departures.py."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import departures
from accounts.models import AuditEvent, OutboxMessage, Session, User
from accounts.notifications.moment import stamped
from accounts.tasks import delete_accounts
from tests.accounts.letters import to
from tests.accounts.surfer import Surfer, Tab, make_person
from tests.factories import make_authorization, make_client

MAIL = "bob@example.com"


@pytest.fixture
def home(bob: User) -> Surfer:
    surfer = Surfer()
    surfer.sign_in()
    return surfer


def leave(surfer: Surfer, typed: str = "Bob") -> Tab:
    return surfer.open("/account/delete").send(confirmation=typed)


def grace_is_over() -> None:
    User.objects.filter(delete_after__isnull=False).update(
        delete_after=timezone.now() - timedelta(seconds=1)
    )


def test_everything_ends_at_once_and_the_account_after_its_grace(home: Surfer, bob: User) -> None:
    access = make_authorization(make_client(), bob, redeemed=True, offline=True)
    page = leave(home)
    assert page.shows("account-leaving") and not home.is_signed_in()
    bob.refresh_from_db()
    assert bob.delete_after and stamped(bob.delete_after) in page.text
    access.refresh_from_db()
    assert access.revoke_reason == "deletion_requested"
    assert to(MAIL, "deletion_requested")
    assert delete_accounts() == 0 and User.objects.filter(pk=bob.pk).exists()
    grace_is_over()
    assert delete_accounts() == 1 and not User.objects.filter(pk=bob.pk).exists()
    assert [one.purpose for one in to(MAIL)] == ["account_deleted"]
    assert AuditEvent.objects.filter(name="account_deleted").exists()


@pytest.mark.parametrize("typed", ["", "bobby", "x" * 200, "b\0b"])
def test_it_must_be_typed(home: Surfer, bob: User, typed: str) -> None:
    assert leave(home, typed).status == 400
    bob.refresh_from_db()
    assert bob.delete_after is None and home.is_signed_in()


def test_signing_in_meanwhile_asks_and_one_press_keeps_it(home: Surfer, bob: User) -> None:
    leave(home)
    back = Surfer()
    page = back.sign_in()
    assert page.shows("keep-account") and not back.is_signed_in()
    page.reload()
    bob.refresh_from_db()
    assert bob.delete_after is not None  # looking keeps nothing
    assert page.send().url == "/account/sessions"
    bob.refresh_from_db()
    assert bob.delete_after is None and back.is_signed_in()
    assert to(MAIL, "deletion_withdrawn")


def test_who_lets_it_be_deleted_leaves_no_half_done_login_behind(home: Surfer, bob: User) -> None:
    leave(home)
    back = Surfer()
    page = back.sign_in()
    assert page.send(leave="1").url == "/signed-out"
    assert page.send().shows("submit-login")  # by Back
    bob.refresh_from_db()
    assert bob.delete_after is not None and not back.is_signed_in()


def test_the_step_cannot_be_reached_before_the_others(home: Surfer, bob: User) -> None:
    leave(home)
    User.objects.update(is_active=False)
    stranger = Surfer()
    login = stranger.open("/account/sessions")
    step = login.url.replace("/login?", "/login/keep-account?")
    assert stranger.open(step).shows("submit-login")
    User.objects.update(is_active=True)
    assert stranger.open(step).shows("submit-login")


def test_keeping_in_the_last_moment_wins_over_the_worker(home: Surfer, bob: User) -> None:
    leave(home)
    page = Surfer().sign_in()
    grace_is_over()
    page.send()
    assert delete_accounts() == 0
    assert User.objects.filter(pk=bob.pk).exists()


def test_deleted_while_the_page_was_open_it_goes_on_to_the_login(home: Surfer, bob: User) -> None:
    leave(home)
    page = Surfer().sign_in()
    grace_is_over()
    delete_accounts()
    assert page.send().shows("submit-login")


def test_the_last_administrator_stays(bob: User) -> None:
    User.objects.update(is_superuser=True, is_staff=True)
    gone = make_person("gone", is_superuser=True, is_active=False)
    leaving = make_person("leaving", is_superuser=True, delete_after=timezone.now())
    surfer = Surfer()
    surfer.sign_in()
    page = leave(surfer)
    assert page.status == 400 and "only administrator" in page.text
    User.objects.filter(pk__in=[gone.pk, leaving.pk]).update(is_active=True, delete_after=None)
    assert leave(surfer).shows("account-leaving")


def test_nor_is_the_last_one_deleted_when_the_others_left_meanwhile(bob: User) -> None:
    User.objects.update(is_superuser=True, delete_after=timezone.now() - timedelta(days=1))
    assert departures.delete_due() == 0
    bob.refresh_from_db()
    assert bob.delete_after is None
    assert AuditEvent.objects.filter(reason="last_administrator").exists()


def test_without_grace_it_is_gone_at_once(home: Surfer, bob: User, config: None) -> None:
    page = leave(home)
    assert page.shows("account-deleted") and not User.objects.exists()
    assert Session.objects.count() == 0
    assert OutboxMessage.objects.filter(purpose="account_deleted").count() == 1


@pytest.fixture
def config(settings: object) -> None:
    changed = settings.SIGNET.model_copy(update={"deletion_grace": 0})  # type: ignore[attr-defined]
    settings.SIGNET = changed  # type: ignore[attr-defined]
