"""accounts/authentication.py: sessions of people in a browser."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from accounts.models import Browser, Budget, Session, User
from tests.accounts.surfer import PASSWORD, Surfer, make_person


def again(surfer: Surfer, name: str = "bob") -> None:
    """Sign in once more although somebody is signed in."""
    page = surfer.open("/password/forgot")
    token = page.text.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    data = {"username": name, "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert surfer.post("/login?next=/account/sessions", data).url == "/account/sessions"


def test_the_same_person_again_is_the_same_session_with_a_new_time(surfer: Surfer) -> None:
    surfer.sign_in()
    first = Session.objects.get()
    cookie = surfer.cookie
    again(surfer)
    second = Session.objects.get()
    assert second.pk == first.pk
    assert second.auth_time > first.auth_time and second.expires_at > first.expires_at
    assert surfer.cookie != cookie


def test_a_session_that_ended_does_not_come_back(surfer: Surfer) -> None:
    surfer.sign_in()
    first = Session.objects.get()
    surfer.open("/sign-out").send()
    surfer.sign_in()
    assert Session.objects.living().get().pk != first.pk
    assert Browser.objects.count() == 1


def test_two_people_and_the_last_one_is_the_default(surfer: Surfer) -> None:
    make_person("carol")
    surfer.sign_in()
    again(surfer, "carol")
    assert Session.objects.living().count() == 2
    assert "carol@example.com" in surfer.open("/account/sessions").text
    again(surfer)
    assert Session.objects.living().count() == 2
    assert "bob@example.com" in surfer.open("/account/sessions").text


def test_signing_out_ends_everybody_in_this_browser_and_nobody_elsewhere(surfer: Surfer) -> None:
    make_person("carol")
    elsewhere = Surfer()
    elsewhere.sign_in()
    surfer.sign_in()
    again(surfer, "carol")
    page = surfer.open("/sign-out")
    assert "bob@example.com" in page.text and "carol@example.com" in page.text
    page.send()
    assert Session.objects.living().count() == 1
    assert elsewhere.is_signed_in()


def test_an_idle_session_ends_case_225(surfer: Surfer) -> None:
    surfer.sign_in()
    idle = timedelta(seconds=settings.SIGNET.session_idle)
    begun = Session.objects.get().last_used_at
    with time_machine.travel(begun + idle - timedelta(seconds=30), tick=True):
        assert surfer.is_signed_in()
    Session.objects.update(last_used_at=begun)
    with time_machine.travel(begun + idle + timedelta(seconds=1), tick=True):
        assert not surfer.is_signed_in()


def test_a_session_in_use_ends_too_case_225(surfer: Surfer) -> None:
    surfer.sign_in()
    end = Session.objects.get().expires_at
    assert end - timezone.now() <= timedelta(seconds=settings.SIGNET.session_absolute)
    Session.objects.update(last_used_at=end)
    with time_machine.travel(end - timedelta(seconds=30), tick=True):
        assert surfer.is_signed_in()
    with time_machine.travel(end + timedelta(seconds=1), tick=True):
        assert not surfer.is_signed_in()


def test_use_keeps_it_from_idling_written_once_a_minute(surfer: Surfer) -> None:
    surfer.sign_in()
    first = Session.objects.get().last_used_at
    surfer.is_signed_in()
    assert Session.objects.get().last_used_at == first
    with time_machine.travel(first + timedelta(seconds=61), tick=True):
        surfer.is_signed_in()
        assert Session.objects.get().last_used_at > first


def test_a_disabled_person_is_nobody_at_once_case_228(surfer: Surfer, bob: User) -> None:
    surfer.sign_in()
    User.objects.update(is_active=False)
    assert not surfer.is_signed_in()
    User.objects.update(is_active=True)
    assert surfer.is_signed_in()


def test_an_epoch_ends_every_session(surfer: Surfer) -> None:
    surfer.sign_in()
    Session.objects.update(epoch=settings.SIGNET.epoch + 1)
    assert not surfer.is_signed_in()


def test_a_deleted_person_is_nobody_and_the_name_starts_afresh_case_286(
    surfer: Surfer, bob: User
) -> None:
    surfer.sign_in()
    bob.delete()
    assert not surfer.is_signed_in()
    new = make_person("bob")
    assert new.pk != bob.pk
    assert not surfer.is_signed_in()


@pytest.mark.django_db
def test_who_throws_the_cookie_away_at_every_request_is_slowed() -> None:
    assert Surfer("198.18.7.7").open("/account/sessions").shows("submit-login")
    known = Surfer("198.18.7.9")
    known.open("/account/sessions")
    later = timezone.now() + timedelta(hours=1)
    assert Budget.objects.filter(key="browser/net/198.18.7.0/24").update(arrival_at=later)
    assert Surfer("198.18.7.7").open("/account/sessions").status == 429
    assert Browser.objects.count() == 2
    assert known.open("/account/sessions").shows("submit-login")
    assert Surfer("198.18.8.7").open("/account/sessions").shows("submit-login")
