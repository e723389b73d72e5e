"""A recovery is finished where it was begun: a thief with the password waits for nobody else's."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import tasks
from accounts.models import Browser, OutboxMessage, SelfRecovery, TOTPDevice, User
from accounts.session_store import KNOWN
from tests.accounts.surfer import Surfer, Tab, make_person
from tests.support.authenticator import enrolled

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> User:
    person = make_person()
    enrolled(person)
    return person


def _lost(surfer: Surfer) -> Tab:
    asked = surfer.sign_in()
    return surfer.open(asked.link("lost-factor"))


def _wait_over() -> None:
    now = timezone.now()
    SelfRecovery.objects.update(
        told_at=now - timedelta(hours=72), ready_at=now - timedelta(seconds=1)
    )


def test_the_thief_does_not_finish_what_the_owner_began(bob: User) -> None:
    owner, thief = Surfer(), Surfer()
    _lost(owner).send(start="1")
    _wait_over()
    page = _lost(thief)
    assert page.shows("recovery-elsewhere")
    assert page.send(finish="1").shows("recovery-elsewhere")
    assert not thief.is_signed_in()
    assert TOTPDevice.objects.filter(user=bob).exists()
    _lost(owner).send(finish="1")
    assert owner.is_signed_in()


def test_whoever_lost_that_browser_too_waits_anew_and_everybody_hears_of_it(bob: User) -> None:
    _lost(Surfer()).send(start="1")
    _wait_over()
    here = Surfer()
    page = _lost(here).send(anew="1")
    assert page.shows("recovery-waiting")
    assert SelfRecovery.objects.get().ready_at > timezone.now() + timedelta(hours=71)
    assert OutboxMessage.objects.filter(purpose="recovery_started").count() == 2
    assert page.send(finish="1").shows("recovery-waiting")
    _wait_over()
    page.reload().send(finish="1")
    assert here.is_signed_in()


def test_beginning_anew_where_it_was_begun_changes_nothing(bob: User) -> None:
    here = Surfer()
    page = _lost(here).send(start="1")
    before = SelfRecovery.objects.get()
    assert page.send(anew="1").shows("recovery-waiting")
    assert SelfRecovery.objects.get() == before


def test_a_browser_that_waits_is_not_forgotten(bob: User) -> None:
    here = Surfer()
    _lost(here).send(start="1")
    assert here.client.session[KNOWN]
    Browser.objects.update(last_seen_at=timezone.now() - timedelta(days=20))
    tasks.prune()
    assert SelfRecovery.objects.get().browser is not None
