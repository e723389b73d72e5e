"""“That wasn’t me” shuts the account that its page names, and sends no link to a thief."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from accounts import audit
from accounts.actions.not_me import not_me_link
from accounts.models import AuditEvent, User
from tests.accounts.in_one_browser import together
from tests.accounts.letters import code_to, link_to, to
from tests.accounts.surfer import NEW, Surfer, make_person

pytestmark = pytest.mark.django_db

THIEF = "thief@evil.test"


@pytest.fixture
def bob(db: None) -> User:
    return make_person("bob", email_verified=True)


@pytest.fixture
def home(bob: User) -> Surfer:
    surfer = Surfer()
    surfer.sign_in()
    return surfer


def _thief_changes_the_address() -> Surfer:
    thief = Surfer(agent="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    thief.sign_in()
    thief.open("/account/email").send(email=THIEF).send(otp_token=code_to(THIEF))
    return thief


def _path(user: User) -> str:
    return not_me_link(user).removeprefix(settings.SIGNET.issuer)


def test_a_link_that_somebody_opened_here_shuts_nobody_from_the_account_pages(bob: User) -> None:
    """A stranger may have planted it, so that the press shuts his account and not this one."""
    mallory = make_person("mallory")
    family = Surfer()
    family.sign_in()
    family.open(_path(mallory))
    page = family.open(family.open("/account/sessions").link("not-me"))
    assert "mallory" not in page.text and "every session but this one ends" in page.text
    page.send()
    bob.refresh_from_db()
    mallory.refresh_from_db()
    assert bob.must_reset_password and not mallory.must_reset_password
    assert family.is_signed_in()


def test_what_was_changed_lately_is_asked_about_and_nothing_is_taken_for_granted(
    home: Surfer, bob: User
) -> None:
    thief = _thief_changes_the_address()
    page = home.open(home.open("/account/sessions").link("not-me"))
    assert page.shows("lately") and THIEF in page.text
    refused = page.send()
    assert refused.status == 400 and "Choose one" in refused.text
    assert refused.send(since="junk").status == 400
    assert thief.is_signed_in() and not to(THIEF, "locked_down")
    event = AuditEvent.objects.get(name=audit.EMAIL_CHANGED)
    done = refused.send(since=str(event.pk))
    assert "old e-mail address again" in done.text
    assert not to(THIEF, "locked_down") and to("bob@example.com", "locked_down")
    assert not thief.is_signed_in() and home.is_signed_in()
    # Once shut, none of it is asked about again.
    assert not home.open("/account/not-me").shows("lately")


def test_whoever_says_that_all_of_it_was_them_keeps_it(home: Surfer, bob: User) -> None:
    home.open("/account/email").send(email="mine@example.com").send(
        otp_token=code_to("mine@example.com")
    )
    page = home.open("/account/not-me")
    assert page.send(since="none").shows("locked-down")
    bob.refresh_from_db()
    assert bob.email == "mine@example.com" and to("mine@example.com", "locked_down")


def test_nobody_is_told_that_all_is_shut_by_what_was_done_another_day(
    home: Surfer, bob: User
) -> None:
    home.open("/account/not-me").send()
    Surfer().open(link_to("bob@example.com", "locked_down")).send(new_password=NEW)
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=True):
        home.sign_in("bob", NEW)
        thief = Surfer()
        thief.sign_in("bob", NEW)
        page = home.open("/account/not-me")
        thief.open("/account/sessions").send(all="1")
        assert not home.is_signed_in()
        answer = page.send()
        assert answer.url.startswith("/login") and "Everything is shut" not in answer.text
        assert home.open("/account/not-me/done").url != "/account/not-me/done"


def test_what_was_done_is_told_to_nobody_else_signed_in_here(bob: User) -> None:
    family = together("eve")
    done = family.open(_path(bob)).send()
    assert done.shows("locked-down")
    assert 'class="tabs"' not in done.text


def test_the_mail_works_only_as_long_as_a_thiefs_address_can_be_taken_back(
    home: Surfer, bob: User
) -> None:
    link = _path(bob)
    _thief_changes_the_address()
    for days, works in ((12, True), (14, False), (20, False)):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=True):
            assert (Surfer().open(link).status == 200) is works
    with time_machine.travel(timezone.now() + timedelta(days=12), tick=True):
        assert "old e-mail address again" in Surfer().open(link).send().text
    assert not to(THIEF, "locked_down")


def test_the_form_in_the_mails_page_sent_after_it_was_answered_elsewhere(bob: User) -> None:
    reader = Surfer()
    page = reader.open(_path(bob))
    page.send()
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=True):
        assert page.send().status == 400
