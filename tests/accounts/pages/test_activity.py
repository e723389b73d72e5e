"""accounts/pages/activity.py and activity_words.py: what happened, in plain words."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import activity_words, audit
from accounts.models import AuditEvent, User
from oauth import audit_events
from tests.accounts.surfer import Surfer, make_person
from tests.factories import make_client

# Events about objects of the administration, or about nobody.
_NOT_FOR_PEOPLE = {
    "INVITED", "INVITATION_WITHDRAWN", "SMS_CAP_REACHED", "OBJECT_CREATED", "OBJECT_DELETED", "ACCOUNT_DELETED",
}  # fmt: skip


@pytest.fixture
def home(bob: User) -> Surfer:
    surfer = Surfer(agent="Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")
    surfer.sign_in()
    return surfer


def test_events_read_as_sentences_with_browser_and_address(home: Surfer, bob: User) -> None:
    Surfer().sign_in("bob", "wrong")
    page = home.open("/account/activity")
    assert "Signed in" in page.text and "A sign-in failed: wrong password" in page.text
    assert "Firefox on Linux" in page.text
    assert home.client.defaults["REMOTE_ADDR"] in page.text
    event = AuditEvent.objects.get(name=audit.LOGIN)
    assert f'href="/account/not-me?event={event.pk}"' in page.text


def test_an_app_is_called_by_its_name(home: Surfer, bob: User) -> None:
    client = make_client(client_name="Shop & Sons")
    audit.record(audit_events.CONSENT_GRANTED, actor=bob, subject=bob, client_id=client.client_id)
    assert "<bdi>Shop &amp; Sons</bdi>" in home.open("/account/activity").text


def test_events_of_the_floor_above_are_told_where_they_have_words(home: Surfer, bob: User) -> None:
    reused = audit.record(audit_events.REFRESH_REUSED, subject=bob)
    lost = audit.record(audit_events.AUTHORIZATION_REVOKED, subject=bob)
    audit.record(audit_events.CHALLENGE_REPEATED, subject=bob)
    text = home.open("/account/activity").text
    assert "An old key of an app was used again: its access was ended" in text
    assert "An app lost its access" in text and "challenge" not in text
    assert f"not-me?event={reused.pk}" in text and f"not-me?event={lost.pk}" not in text


def test_what_an_administrator_did_shows_neither_their_browser_nor_address(
    home: Surfer, bob: User
) -> None:
    event = audit.record(audit.OBJECT_CHANGED, actor=make_person("admin"), subject=bob)
    AuditEvent.objects.filter(pk=event.pk).update(address="203.0.113.77", user_agent="Firefox")
    text = home.open("/account/activity").text
    assert "by an administrator" in text and "203.0.113.77" not in text


def test_it_says_how_and_offers_no_alarm_about_signing_out(home: Surfer, bob: User) -> None:
    home.open("/sign-out").send()
    home.sign_in()
    text = home.open("/account/activity").text
    assert "<b>Signed in</b> · <bdi>Password</bdi>" in text
    (out,) = AuditEvent.objects.filter(name=audit.LOGOUT)
    assert "Signed out" in text and f"event={out.pk}" not in text


def test_an_administrators_doing_offers_no_alarm(home: Surfer, bob: User) -> None:
    event = audit.record(audit.PASSWORD_CHANGED, actor=make_person("admin"), subject=bob)
    assert f"event={event.pk}" not in home.open("/account/activity").text


def test_pages_follow_each_other_without_a_count(home: Surfer, bob: User) -> None:
    for _ in range(60):
        audit.record(audit.CONFIRMED, actor=bob, subject=bob)
    seen: list[str] = []
    page = home.open("/account/activity")
    for _ in range(5):
        seen += [part.split('"')[0] for part in page.text.split("not-me?event=")[1:]]
        if not page.shows("older"):
            break
        page = home.open("/account/activity" + page.link("older"))
    everything = AuditEvent.objects.filter(subject=bob).order_by("-id")
    assert seen == [str(pk) for pk in everything.values_list("pk", flat=True)]


def test_a_page_costs_the_same_however_long_it_is(home: Surfer, bob: User) -> None:
    clients = [make_client(client_name=f"App {n}") for n in range(8)]
    home.open("/account/activity")
    with CaptureQueriesContext(connection) as few:
        home.open("/account/activity")
    for client in clients:
        audit.record(
            audit_events.CONSENT_GRANTED, actor=bob, subject=bob, client_id=client.client_id
        )
    with CaptureQueriesContext(connection) as many:
        home.open("/account/activity")
    assert len(many) <= len(few) + 1  # the names of all apps
    assert not any("COUNT(" in one["sql"] for one in many)


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "1.5", "٣"])
def test_junk_is_not_found(home: Surfer, before: str) -> None:
    assert home.open(f"/account/activity?before={before}").status == 404


def test_every_event_has_words_or_a_reason_to_have_none() -> None:
    names = {name for name in vars(audit) if name.isupper()}
    wordless = {name for name in names if getattr(audit, name) not in activity_words.sentences()}
    assert wordless == _NOT_FOR_PEOPLE
