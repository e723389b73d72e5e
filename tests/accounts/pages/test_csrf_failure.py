"""accounts/pages/csrf_failure.py: no dead end, and nothing done."""

import pytest

from accounts.models import Session, User
from tests.accounts.surfer import PASSWORD, Surfer

GOOD = {"username": "bob", "password": PASSWORD}


@pytest.mark.parametrize(
    "headers", [{}, {"HTTP_ORIGIN": "https://evil.test"}, {"HTTP_ORIGIN": "null"}]
)
def test_a_login_from_another_site_signs_nobody_in_case_223(
    surfer: Surfer, headers: dict[str, str]
) -> None:
    page = surfer.open("/account/sessions")
    token = page.text.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    data = GOOD if not headers else GOOD | {"csrfmiddlewaretoken": token}
    for url in (page.url, "/login"):
        answer = surfer.post(url, data, **headers)
        assert answer.status == 403
        assert answer.shows("submit-login")
        assert 'value="bob"' in answer.text
        assert PASSWORD not in answer.text
    assert not Session.objects.exists()
    # The harmless twin.
    assert surfer.post(page.url, GOOD | {"csrfmiddlewaretoken": token}).status == 200


def test_the_attackers_token_with_the_victims_cookie_is_worth_nothing_case_223(
    surfer: Surfer,
) -> None:
    attacker = Surfer().open("/account/sessions")
    token = attacker.text.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    page = surfer.open("/account/sessions")
    assert surfer.post(page.url, GOOD | {"csrfmiddlewaretoken": token}).status == 403
    assert not Session.objects.exists()


def test_the_fresh_form_works_at_once(surfer: Surfer) -> None:
    page = surfer.open("/account/sessions")
    again = surfer.post(page.url, GOOD)
    assert "once more" in again.text
    assert again.sign_in().url == "/account/sessions"


def test_another_page_explains_and_leads_back_to_itself(surfer: Surfer, bob: User) -> None:
    surfer.sign_in()
    answer = surfer.post("/account/password", {"current_password": PASSWORD})
    assert answer.status == 403
    assert answer.link("try-again") == "/account/password"
    assert surfer.open(answer.link("try-again")).shows("submit-password")


def test_the_language_form_leads_back_to_the_page_it_was_on(surfer: Surfer) -> None:
    answer = surfer.post("/language", {"language": "de", "next": "/password/forgot?x=1"})
    assert answer.link("try-again") == "/password/forgot?x=1"
    answer = surfer.post("/language", {"language": "de", "next": "https://evil.test"})
    assert answer.link("try-again") == "/"
