"""accounts/pages/language.py: a choice without JavaScript."""

from tests.accounts.surfer import Surfer


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
