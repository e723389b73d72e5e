"""accounts/pages/language.py: a choice without JavaScript."""

from typing import Any

from accounts.models import Registration, User
from tests.accounts.joining import allow, ask, code_for
from tests.accounts.surfer import Surfer, Tab


def _choose(page: Tab, language: str) -> None:
    token = page.text.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    page.surfer.post("/language", {"language": language, "csrfmiddlewaretoken": token})


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
    token = page.text.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    data = {"language": "en", "next": "/password/forgot?x=1", "csrfmiddlewaretoken": token}
    back = surfer.post("/language", data)
    assert back.url == "/password/forgot?x=1"
    assert '<html lang="en">' in back.text
    assert '<html lang="en">' in surfer.open("/signed-out").text


def test_junk_is_no_language_and_leads_nowhere_else(db: None) -> None:
    surfer = Surfer()
    page = surfer.open("/password/forgot")
    token = page.text.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    for language in ("xx", "../de", "de\r\n", ""):
        data = {"language": language, "next": "//evil.test", "csrfmiddlewaretoken": token}
        response = surfer.client.post("/language", data)
        assert response.status_code == 303
        assert response.headers["Location"] == "/"
        assert "signet-language" not in response.cookies


def test_who_is_signed_in_gets_mails_in_it_too(surfer: Surfer, bob: User) -> None:
    surfer.sign_in()
    _choose(surfer.open("/account/sessions"), "ar")
    bob.refresh_from_db()
    assert bob.locale == "ar"
    other = Surfer()
    _choose(other.open("/password/forgot"), "de")
    bob.refresh_from_db()
    assert bob.locale == "ar"


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
