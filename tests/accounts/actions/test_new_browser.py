"""Who signs in where the person never did, is told of: once, and not to those who just joined."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, OutboxMessage, Session, User
from accounts.notifications.letter import letter
from tests.accounts.joining import allow, join
from tests.accounts.letters import link_to
from tests.accounts.surfer import NEW, Surfer, make_person

_LONG_AGO = timezone.now() - timedelta(days=900)

_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

pytestmark = pytest.mark.django_db


def _notices() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(purpose="new_browser").order_by("created_at"))


def test_the_first_sign_in_of_all_is_no_news() -> None:
    make_person()
    Surfer().sign_in()
    assert _notices() == []


def test_the_first_sign_in_to_an_account_that_somebody_else_made_long_ago_is_told() -> None:
    make_person(created_at=_LONG_AGO)
    Surfer().sign_in()
    assert len(_notices()) == 1


def test_the_first_sign_in_after_the_audit_log_was_pruned_is_told() -> None:
    make_person(created_at=_LONG_AGO)
    Surfer().sign_in()
    AuditEvent.objects.all().delete()
    Surfer().sign_in()
    assert len(_notices()) == 2


def test_who_came_by_the_mailed_link_of_an_old_account_hears_nothing() -> None:
    person = make_person(created_at=_LONG_AGO)
    here = Surfer()
    here.open("/password/forgot").send(email=person.email)
    here.open(link_to(person.email, "password_reset")).send(new_password=NEW)
    here.sign_in(password=NEW)
    assert here.is_signed_in()
    assert _notices() == []


def test_who_had_to_wait_and_comes_back_to_the_browser_they_joined_in_hears_nothing(
    settings: Any,
) -> None:
    allow(settings, "approval")
    here = Surfer()
    join(here)
    User.objects.update(approval="", created_at=_LONG_AGO)
    here.sign_in(User.objects.get().username, NEW)
    assert here.is_signed_in()
    assert _notices() == []


def test_a_second_browser_is_told_with_its_name_its_address_and_the_time_case_367() -> None:
    person = make_person(zoneinfo="Europe/Berlin")
    Surfer().sign_in()
    Surfer(address="192.0.2.7", agent=_AGENT).sign_in()
    (notice,) = _notices()
    assert notice.recipient == person.email
    text = letter(notice).text
    assert "Firefox on Linux" in text
    assert "192.0.2.7" in text
    assert "Europe/Berlin" in text


def test_the_notice_holds_no_secret_and_no_link_that_signs_in_case_367() -> None:
    make_person()
    Surfer().sign_in()
    Surfer().sign_in()
    (notice,) = _notices()
    assert set(notice.context) <= {"brand", "browser", "address", "when", "zone", "not_me_link"}


def test_the_same_browser_again_is_no_news_even_after_signing_out() -> None:
    make_person()
    Surfer().sign_in()
    second = Surfer()
    second.sign_in()
    second.open("/sign-out").send()
    Session.objects.exclude(ended_at=None).get()
    second.sign_in()
    assert len(_notices()) == 1


def test_another_person_in_the_same_browser_hears_nothing() -> None:
    make_person("ann")
    make_person("bob")
    here = Surfer()
    here.sign_in("ann")
    here.open("/login?next=/account/sessions").sign_in("bob")
    assert _notices() == []


def test_a_junk_time_zone_and_agent_do_no_harm() -> None:
    make_person(zoneinfo="No/Where")
    Surfer().sign_in()
    Surfer(agent="see http://evil.test/now").sign_in()
    (notice,) = _notices()
    assert "http://evil.test" not in letter(notice).text


def test_the_words_are_in_the_persons_language(settings: Any) -> None:
    make_person(locale="de")
    Surfer().sign_in()
    Surfer(agent=_AGENT, language="en").sign_in()
    (notice,) = _notices()
    assert notice.language == "de"


def test_many_of_them_do_not_bury_the_mails_that_matter() -> None:
    make_person()
    Surfer().sign_in()
    for _ in range(14):
        Surfer().sign_in()
    assert len(_notices()) == 10
