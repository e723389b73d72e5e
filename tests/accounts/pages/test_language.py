"""accounts/pages/language.py: a choice without JavaScript."""

import re
from typing import Any

import pytest
from django.urls import URLPattern

from accounts import urls
from accounts.models import Registration, User
from tests.accounts.joining import allow, ask, code_for
from tests.accounts.letters import link_to
from tests.accounts.surfer import NEW, Surfer, Tab, make_person

HERE = "http://localhost"
# Of nobody who is signed in, but of whoever holds a link.
_BY_LINK = {"undo_change", "account_deleted", "not_me_by_mail", "not_me_done"}


def _of_the_account() -> list[str]:
    paths = {one.name: str(one.pattern) for one in urls.urlpatterns if isinstance(one, URLPattern)}
    return [
        f"/{path}"
        for name, path in paths.items()
        if path.startswith("account/") and name not in _BY_LINK
    ]


def _choose(page: Tab, language: str) -> None:
    page.surfer.post("/language", {"language": language}, HTTP_ORIGIN=HERE)


def test_the_browsers_wish_counts(db: None) -> None:
    page = Surfer(language="de-AT, en;q=0.5").open("/password/forgot")
    assert '<html lang="de">' in page.text
    assert page.response.headers["Content-Language"] == "de"
    assert "Accept-Language" in page.response.headers["Vary"]
    assert '<html lang="en">' in Surfer(language="tlh").open("/password/forgot").text


def test_the_choice_in_the_footer_counts_more_and_stays(db: None) -> None:
    surfer = Surfer(language="de")
    page = surfer.open("/password/forgot?x=1")
    assert 'value="en" lang="en">English' in page.text
    data = {"language": "en", "next": "/password/forgot?x=1"}
    back = surfer.post("/language", data, HTTP_ORIGIN=HERE)
    assert back.url == "/password/forgot?x=1"
    assert '<html lang="en">' in back.text
    assert '<html lang="en">' in surfer.open("/signed-out").text


def test_junk_is_no_language_and_leads_nowhere_else(db: None) -> None:
    surfer = Surfer()
    for language in ("xx", "../de", "de\r\n", ""):
        data = {"language": language, "next": "//evil.test"}
        response = surfer.client.post("/language", data, HTTP_ORIGIN=HERE)
        assert response.status_code == 303
        assert response.headers["Location"] == "/"
        assert "signet-language" not in response.cookies


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": "https://evil.test"},
        {"HTTP_ORIGIN": "http://localhost.evil.test"},
        {"HTTP_REFERER": "https://evil.test/http://localhost"},
        {"HTTP_REFERER": "http://["},
        {"HTTP_ORIGIN": HERE, "HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_SEC_FETCH_SITE": "none"},
    ],
)
def test_no_other_site_chooses(surfer: Surfer, bob: User, headers: dict[str, str]) -> None:
    surfer.sign_in()
    before = bob.locale
    data = {"language": "ar", "next": "/account/sessions"}
    response = surfer.client.post("/language", data, **headers)
    assert response.status_code == 403
    assert "signet-language" not in response.cookies
    bob.refresh_from_db()
    assert bob.locale == before


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ORIGIN": "null"},
        {"HTTP_REFERER": f"{HERE}/password/forgot"},
    ],
)
def test_a_browser_that_tells_less_may_choose_all_the_same(db: None, headers: Any) -> None:
    response = Surfer().client.post("/language", {"language": "ar"}, **headers)
    assert response.cookies["signet-language"].value == "ar"


def test_who_is_signed_in_gets_mails_in_it_too(surfer: Surfer, bob: User) -> None:
    surfer.sign_in()
    _choose(surfer.open("/account/sessions"), "ar")
    bob.refresh_from_db()
    assert bob.locale == "ar"
    other = Surfer()
    _choose(other.open("/password/forgot"), "de")
    bob.refresh_from_db()
    assert bob.locale == "ar"


def test_every_page_of_who_is_signed_in_speaks_as_the_profile_says(
    surfer: Surfer, bob: User
) -> None:
    User.objects.update(locale="de", email_verified=True)
    surfer.sign_in()
    for url in ["/sign-out", *_of_the_account()]:
        page = surfer.open(url)
        assert (url, re.findall(r'<html lang="(\w+)"', page.text)) == (url, ["de"])


def test_what_was_chosen_before_signing_in_becomes_the_profiles_of_who_signs_in(
    surfer: Surfer, bob: User
) -> None:
    eve = make_person("eve", locale="en")
    User.objects.filter(pk=bob.pk).update(locale="en")
    _choose(surfer.open("/account/sessions"), "ar")
    surfer.sign_in()
    bob.refresh_from_db()
    assert bob.locale == "ar"
    surfer.open("/login?next=/account/sessions").sign_in("eve")
    eve.refresh_from_db()
    assert eve.locale == "en"  # she chose nothing


def test_who_opens_a_mailed_link_is_spoken_to_as_in_the_mail_to_its_end(
    surfer: Surfer, bob: User
) -> None:
    User.objects.update(locale="de")
    surfer.open("/password/forgot").send(email=bob.email)
    page = surfer.open(link_to(bob.email, "password_reset"))
    done = page.send(new_password=NEW)
    assert done.url == "/password/reset/done"
    assert ['<html lang="de"' in one.text for one in (page, done)] == [True, True]
    other = Surfer()
    assert '<html lang="en"' in other.open("/password/reset/done").text


def test_a_variant_of_the_language_in_the_profile_stays(surfer: Surfer, bob: User) -> None:
    User.objects.update(locale="de-AT")
    surfer.sign_in()
    _choose(surfer.open("/account/sessions"), "de")
    bob.refresh_from_db()
    assert bob.locale == "de-AT"


def test_chosen_while_registering_it_becomes_the_profiles(db: None, settings: Any) -> None:
    allow(settings)
    surfer = Surfer(language="en")
    page = ask(surfer)
    Registration.objects.get()
    _choose(page, "ar")
    page.reload().send(otp_token=code_for("cleo@example.com"))
    assert User.objects.get().locale == "ar"
