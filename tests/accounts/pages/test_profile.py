"""accounts/pages/profile.py: what people may say of themselves, and nothing else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, User
from tests.accounts.surfer import Surfer

GOOD = {
    "name": "Bob Ünal",
    "given_name": "Bob",
    "family_name": "Ünal",
    "nickname": "B",
    "website": "bob.example",
    "gender": "male",
    "birthdate": "1990-12-31",
    "zoneinfo": "Asia/Tokyo",
    "locale": "de",
    "street_address": "Way 1\r\nBack yard",
    "postal_code": "12345",
    "locality": "Berlin",
    "region": "",
    "country": "Germany",
}


@pytest.fixture
def home(bob: User) -> Surfer:
    surfer = Surfer()
    surfer.sign_in()
    return surfer


def test_what_is_saved_is_what_apps_are_told(home: Surfer, bob: User) -> None:
    User.objects.update(updated_at=timezone.now() - timedelta(days=9))
    page = home.open("/account/profile").send(**GOOD)
    assert page.status == 200 and page.url == "/account/profile"
    found = User.objects.get()
    assert (found.name, found.website, found.birthdate) == (
        "Bob Ünal", "https://bob.example", "1990-12-31",
    )  # fmt: skip
    assert found.address == {
        "street_address": "Way 1\nBack yard",
        "postal_code": "12345",
        "locality": "Berlin",
        "country": "Germany",
    }
    assert timezone.now() - found.updated_at < timedelta(days=1)
    event = AuditEvent.objects.get(name="profile_changed")
    assert "birthdate" in event.data["fields"] and "1990" not in str(event.data)


def test_the_same_once_more_changes_and_records_nothing(home: Surfer) -> None:
    page = home.open("/account/profile")
    page.send(**GOOD)
    before = User.objects.get().updated_at
    home.open("/account/profile").send(**GOOD)
    assert User.objects.get().updated_at == before
    assert AuditEvent.objects.filter(name="profile_changed").count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("birthdate", "31.12.1990"),
        ("birthdate", "1990-02-30"),
        ("birthdate", "2990-01-01"),
        ("birthdate", "١٩٩٠-٠١-٠١"),
        ("website", "javascript:alert(1)"),
        ("website", "ftp://x.example"),
        ("zoneinfo", "../../etc/passwd"),
        ("zoneinfo", "Mars/Base"),
        ("locale", "tlh"),
        ("name", "a\u202eb"),
        ("nickname", "a\x07b"),
        ("name", "x" * 201),
        ("name", "a\0b"),
    ],
)
def test_what_cannot_be_is_refused_and_stays_typed(home: Surfer, field: str, value: str) -> None:
    page = home.open("/account/profile").send(**GOOD | {field: value})
    assert page.status == 400
    assert f'id="id_{field}_error"' in page.text
    assert "Bob Ünal" in page.text or field == "name"
    assert not AuditEvent.objects.filter(name="profile_changed").exists()


@pytest.mark.parametrize("value", ["1990", "0000-02-29", "2000-02-29", ""])
def test_a_birth_date_may_lack_its_day_or_its_year(home: Surfer, value: str) -> None:
    assert home.open("/account/profile").send(**GOOD | {"birthdate": value}).status == 200
    assert User.objects.get().birthdate == value


def test_the_language_of_the_profile_beats_cookie_and_browser(home: Surfer, bob: User) -> None:
    home.client.cookies["signet-language"] = "en"
    home.open("/account/profile").send(**GOOD)
    assert home.open("/account/sessions").response.headers["Content-Language"] == "de"
    assert home.open("/password/forgot").response.headers["Content-Language"] == "en"


def test_a_choice_in_this_browser_session_beats_the_profile(home: Surfer, bob: User) -> None:
    User.objects.update(locale="de")
    page = home.open("/account/sessions")
    assert '<html lang="de">' in page.text
    home.post("/language", {"language": "en", "next": "/"}, HTTP_ORIGIN="http://localhost")
    User.objects.update(locale="de")  # elsewhere, since
    assert '<html lang="en">' in home.open("/account/sessions").text
    home.open("/account/profile").send(**GOOD | {"locale": "de", "nickname": "Z"})
    assert '<html lang="en">' in home.open("/account/sessions").text
    home.open("/account/profile").send(**GOOD | {"locale": ""})
    home.open("/account/profile").send(**GOOD | {"locale": "de"})
    assert '<html lang="de">' in home.open("/account/sessions").text


def test_a_login_speaks_the_persons_language_once_it_knows_them(bob: User) -> None:
    User.objects.update(locale="de", must_reset_password=True)
    surfer = Surfer(language="en")
    assert '<html lang="en">' in surfer.open("/account/sessions").text
    assert '<html lang="de">' in surfer.sign_in().text


def test_times_are_shown_in_the_persons_zone(home: Surfer, bob: User) -> None:
    AuditEvent.objects.update(at="2026-01-02T23:30:00Z")
    assert "Jan. 2, 2026, 11:30 p.m." in home.open("/account/activity").text
    User.objects.update(zoneinfo="Asia/Tokyo")
    assert "Jan. 3, 2026, 8:30 a.m." in home.open("/account/activity").text
    User.objects.update(zoneinfo="No/Where")
    assert "Jan. 2, 2026, 11:30 p.m." in home.open("/account/activity").text


def test_a_language_of_a_finer_kind_stays_what_it_is(home: Surfer, bob: User) -> None:
    User.objects.update(locale="de-AT", zoneinfo="Etc/GMT+3")
    page = home.open("/account/profile")
    page.send(**GOOD | {"locale": "de", "zoneinfo": "Etc/GMT+3"})
    found = User.objects.get()
    assert (found.locale, found.zoneinfo) == ("de-AT", "Etc/GMT+3")


def test_parts_of_an_address_we_do_not_ask_for_stay(home: Surfer, bob: User) -> None:
    User.objects.update(address={"formatted": "All", "locality": "Bonn", "floor": "3"})
    page = home.open("/account/profile")
    kept = {"street_address": "", "postal_code": "", "country": "", "locality": "Bonn"}
    page.send(**GOOD | kept)
    assert User.objects.get().address == {"formatted": "All", "locality": "Bonn", "floor": "3"}
    home.open("/account/profile").send(**GOOD | kept | {"locality": "Kiel"})
    assert User.objects.get().address == {"locality": "Kiel", "floor": "3"}


def test_a_place_has_one_name_to_choose_and_an_older_one_that_is_kept_stays(
    home: Surfer, bob: User
) -> None:
    text = home.open("/account/profile").text
    assert 'value="Asia/Kolkata"' in text and 'value="Europe/Oslo"' in text
    assert 'value="Asia/Calcutta"' not in text and 'value="America/Indianapolis"' not in text
    User.objects.update(zoneinfo="Asia/Calcutta")
    assert 'value="Asia/Calcutta" selected' in home.open("/account/profile").text
