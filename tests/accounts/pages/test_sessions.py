"""accounts/pages/sessions.py: see where one is signed in, and end it."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent, Session, User
from oauth.models import Participation
from tests.accounts.surfer import NEW, PASSWORD, Surfer, make_person
from tests.factories import make_client

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Safari/604.1"
LAPTOP = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"

NUMBER = "+4915112345678"


@pytest.fixture
def laptop(bob: User) -> Surfer:
    surfer = Surfer(agent=LAPTOP)
    surfer.sign_in()
    return surfer


@pytest.fixture
def phone(bob: User) -> Surfer:
    surfer = Surfer(agent=PHONE)
    surfer.sign_in()
    return surfer


def of(surfer: Surfer) -> Session:
    return Session.objects.get(browser__address=surfer.client.defaults["REMOTE_ADDR"])


def test_the_list_names_what_a_person_recognises(laptop: Surfer, phone: Surfer) -> None:
    text = laptop.open("/account/sessions").text
    assert "Firefox on Linux" in text and "Safari on iPhone" in text
    assert text.index("Firefox on Linux") < text.index("this browser") < text.index("Safari on")
    assert 'aria-label="End Safari on iPhone"' in text


def test_ending_one_ends_that_one(laptop: Surfer, phone: Surfer) -> None:
    third = Surfer()
    third.sign_in()
    laptop.open("/account/sessions").send(session=str(of(phone).pk))
    assert laptop.is_signed_in() and third.is_signed_in()
    assert not phone.is_signed_in()
    assert AuditEvent.objects.filter(name="session_ended").count() == 1


def test_a_double_press_of_end_is_no_error(laptop: Surfer, phone: Surfer) -> None:
    page = laptop.open("/account/sessions")
    key = str(of(phone).pk)
    assert page.send(session=key).status == 200
    assert page.send(session=key).status == 200


def test_ending_all_others_keeps_this_one(laptop: Surfer, phone: Surfer) -> None:
    laptop.open("/account/sessions").send(all="1")
    assert laptop.is_signed_in()
    assert not phone.is_signed_in()


def test_that_was_not_me_is_one_press_away_and_asks_first(laptop: Surfer, phone: Surfer) -> None:
    page = laptop.open(laptop.open("/account/sessions").link("not-me"))
    assert page.shows("lock-down") and phone.is_signed_in()
    page.send()
    assert laptop.is_signed_in() and not phone.is_signed_in()
    assert of(phone).end_reason == "not_me"


def test_that_was_not_me_of_one_session_takes_back_what_was_done_since(
    laptop: Surfer, phone: Surfer
) -> None:
    began = of(phone).auth_time - timedelta(days=3)
    Session.objects.filter(pk=of(phone).pk).update(auth_time=began, created_at=began)
    User.objects.update(phone_number=NUMBER, phone_number_verified=True)
    phone.open("/account/phone").send(remove="1")
    for junk in ("x", str(uuid.uuid4())):
        assert not laptop.open(f"/account/not-me?session={junk}").shows("reported")
    link = f"/account/not-me?session={of(phone).pk}"
    assert link in laptop.open("/account/sessions").text
    asked = laptop.open(link)
    assert asked.shows("reported") and not asked.shows("lately")
    asked.send()
    assert User.objects.get().phone_number == NUMBER
    assert laptop.is_signed_in() and not phone.is_signed_in()


def test_each_session_names_its_apps_in_one_query(laptop: Surfer, phone: Surfer) -> None:
    with CaptureQueriesContext(connection) as before:
        laptop.open("/account/sessions")
    for number in range(7):
        client = make_client(client_name=f"App {number}")
        for surfer in (laptop, phone):
            Participation.objects.create(session=of(surfer), client=client)
    with CaptureQueriesContext(connection) as after:
        text = laptop.open("/account/sessions").text
    assert len(after) == len(before)
    assert text.count("<bdi>App 6</bdi>") == 2 and text.count("and 2 more") == 2
    assert "App 1" not in text


def test_another_persons_session_is_as_unknown_as_none_case_279(phone: Surfer) -> None:
    make_person("mallory")
    mallory = Surfer()
    mallory.sign_in("mallory")
    form = mallory.open("/account/profile").hidden
    for session in (str(of(phone).pk), str(uuid.uuid4()), "x'--"):
        assert mallory.post("/account/sessions", form | {"session": session}).status == 404
    assert phone.is_signed_in()


def test_not_without_a_csrf_token_case_283(laptop: Surfer, phone: Surfer) -> None:
    for data in ({"all": "1"}, {"session": str(of(phone).pk)}):
        assert laptop.client.post("/account/sessions", data).status_code == 403
        assert laptop.client.get("/account/sessions", data).status_code == 200
    assert phone.is_signed_in()


def test_a_disabled_person_is_out_with_the_next_click_case_228(laptop: Surfer, bob: User) -> None:
    page = laptop.open("/account/password")
    User.objects.update(is_active=False)
    assert not laptop.is_signed_in()
    assert page.send(current_password="x", new_password="y").shows("submit-login")


def test_the_browser_that_was_signed_out_from_another_one_is_told(
    laptop: Surfer, phone: Surfer
) -> None:
    laptop.open("/account/sessions").send(session=str(of(phone).pk))
    told = phone.open("/account/sessions")
    assert told.shows("ended-elsewhere") and told.shows("submit-login")
    assert not told.sign_in(password="not it").shows("ended-elsewhere")
    phone.sign_in()
    phone.open("/sign-out").send()
    assert not phone.open("/account/sessions").shows("ended-elsewhere")


def test_so_is_one_that_a_new_password_signed_out(laptop: Surfer, phone: Surfer) -> None:
    page = laptop.open("/account/password")
    page.send(current_password=PASSWORD, new_password=NEW)
    assert phone.open("/account/sessions").shows("ended-elsewhere")
    assert laptop.is_signed_in()


@pytest.mark.parametrize("reason", ["logout", "ended_by_administrator", "not_me", "expired"])
def test_nothing_is_told_that_another_browser_did_not_do(phone: Surfer, reason: str) -> None:
    Session.objects.all().close(reason)
    assert not phone.open("/account/sessions").shows("ended-elsewhere")
    assert not Surfer().open("/account/sessions").shows("ended-elsewhere")
