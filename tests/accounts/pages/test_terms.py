"""Terms that changed are accepted before the session starts."""

from typing import Any

import pytest

from accounts.models import AuditEvent, User
from tests.accounts.joining import TERMS, allow
from tests.accounts.surfer import Surfer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _terms(settings: Any) -> None:
    allow(settings, "closed", terms_url=TERMS, terms_version="2")


def test_they_are_asked_for_once_for_each_version(bob: User, surfer: Surfer, settings: Any) -> None:
    page = surfer.sign_in()
    assert page.shows("accept-terms")
    assert TERMS in page.text
    assert not surfer.is_signed_in()
    assert page.send(version="2").url == "/account/sessions"
    bob.refresh_from_db()
    assert bob.terms_version == "2"
    assert bob.terms_accepted_at is not None
    event = AuditEvent.objects.get(name="terms_accepted")
    assert (event.subject, event.data) == (bob, {"version": "2"})
    assert Surfer().sign_in().url == "/account/sessions"
    allow(settings, "closed", terms_url=TERMS, terms_version="3")
    assert Surfer().sign_in().shows("accept-terms")


def test_what_is_accepted_is_what_was_shown(bob: User, surfer: Surfer, settings: Any) -> None:
    page = surfer.sign_in()
    allow(settings, "closed", terms_url=TERMS, terms_version="3")
    assert page.send(version="2").shows("accept-terms")
    bob.refresh_from_db()
    assert bob.terms_version == ""


def test_pressed_twice_it_goes_on_and_is_one_event(bob: User, surfer: Surfer) -> None:
    page = surfer.sign_in()
    page.send(version="2")
    page.reload().send(version="2")
    assert surfer.is_signed_in()
    assert AuditEvent.objects.filter(name="terms_accepted").count() == 1


def test_a_url_of_the_step_skips_nothing(surfer: Surfer) -> None:
    assert surfer.open("/login/terms").shows("submit-login")
    page = surfer.sign_in()
    assert surfer.open("/account/sessions").shows("submit-login")
    assert page.reload().shows("accept-terms")
