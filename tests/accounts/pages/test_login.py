"""accounts/pages/login.py: any page of any age goes on or explains."""

import pytest

from accounts.models import PendingLogin, Session, User
from tests.accounts.surfer import PASSWORD, Surfer, make_person

WRONG = "That name and password do not match"


def test_the_right_password_leads_where_the_login_was_to_lead(surfer: Surfer) -> None:
    page = surfer.sign_in()
    assert page.url == "/account/sessions"
    assert page.status == 200


def test_the_address_and_the_name_in_any_spelling_are_the_same_person(surfer: Surfer) -> None:
    assert surfer.sign_in(" BOB@Example.COM ").url == "/account/sessions"
    assert Surfer().sign_in("Bob").url == "/account/sessions"


def test_the_page_has_what_drivers_and_password_managers_rely_on(surfer: Surfer) -> None:
    page = surfer.open("/account/sessions")
    assert page.shows("submit-login") and page.shows("forgot-password")
    assert 'name="username"' in page.text and 'name="password"' in page.text
    assert 'autocomplete="username webauthn"' in page.text
    assert 'autocomplete="current-password"' in page.text
    assert page.shows("passkey-login")
    # No app asked: there is nowhere to go back to.
    assert not page.shows("login-cancel")


def test_the_password_comes_after_the_name_and_the_forgotten_one_after_both(
    surfer: Surfer,
) -> None:
    text = surfer.open("/account/sessions").text
    order = ['name="username"', 'name="password"', 'id="forgot-password"', 'id="submit-login"']
    assert [text.index(one) for one in order] == sorted(text.index(one) for one in order)


def test_an_error_is_told_in_title_field_and_focus(surfer: Surfer) -> None:
    page = surfer.open("/account/sessions").sign_in(password="wrong password")
    assert page.status == 400
    assert "<title>Error: Sign in</title>" in page.text
    assert WRONG in page.text
    assert 'id="id_password_error"' in page.text
    field = page.text.split('name="password"')[1].split(">")[0]
    assert 'aria-describedby="id_password_error"' in field
    assert 'aria-invalid="true"' in field and "autofocus" in field
    assert 'value="bob"' in page.text
    assert "wrong password" not in page.text


def test_empty_fields_are_named_one_by_one(surfer: Surfer) -> None:
    page = surfer.open("/account/sessions").sign_in("", "")
    assert page.status == 400
    assert "Enter your e-mail address or username." in page.text
    assert "Enter your password." in page.text
    assert "autofocus" in page.text.split('name="username"')[1].split(">")[0]
    assert page.text.count("autofocus") == 1


@pytest.mark.parametrize("kind", ["unknown", "wrong", "disabled", "without password"])
def test_every_failure_looks_the_same_case_216(surfer: Surfer, bob: User, kind: str) -> None:
    make_person("off", is_active=False)
    make_person("bare", password="!nothing")
    name, password = {
        "unknown": ("nobody", PASSWORD),
        "wrong": ("bob", "wrong password"),
        "disabled": ("off", PASSWORD),
        "without password": ("bare", PASSWORD),
    }[kind]
    page = surfer.open("/account/sessions").sign_in(name, password)
    assert page.status == 400
    assert WRONG in page.text
    assert "Retry-After" not in page.response.headers
    assert "Set-Cookie" not in page.response.headers
    assert not Session.objects.exists()


def test_a_planted_cookie_is_nobody_after_the_login_case_215(surfer: Surfer) -> None:
    page = surfer.open("/account/sessions")
    planted = surfer.cookie
    page.sign_in()
    assert surfer.is_signed_in() and surfer.cookie != planted
    thief = Surfer()
    thief.cookie = planted
    assert not thief.is_signed_in()
    # Nor does looking around with it give the thief anything, or the owner a loss.
    assert thief.open(page.url).shows("submit-login")
    assert surfer.is_signed_in()


def test_a_new_cookie_at_every_login_of_the_same_browser_case_215(surfer: Surfer) -> None:
    page = surfer.sign_in()
    before = surfer.cookie
    surfer.open("/login?login=x&next=/account/sessions")
    again = surfer.open("/sign-out").send()
    assert again.shows("signed-out")
    assert surfer.cookie != before
    thief = Surfer()
    thief.cookie = before
    assert not thief.is_signed_in()
    assert page.reload().shows("submit-login")


def test_a_double_press_follows_the_first_one(surfer: Surfer) -> None:
    page = surfer.open("/account/sessions")
    page.sign_in()
    second = page.sign_in()
    assert second.url == "/account/sessions" and second.status == 200
    assert Session.objects.living().count() == 1


def test_a_double_press_whose_first_answer_was_lost_goes_on(surfer: Surfer) -> None:
    page = surfer.open("/account/sessions")
    before = surfer.cookie
    page.sign_in()
    surfer.cookie = before  # the browser gave up the first request: its cookie never came
    second = page.sign_in()
    assert second.url == "/account/sessions" and second.status == 200


def test_a_late_answer_to_the_old_cookie_does_not_take_the_new_one_away(surfer: Surfer) -> None:
    page = surfer.open("/account/sessions")
    before = surfer.cookie
    page.sign_in()
    late = Surfer()
    late.cookie = before
    for url in ("/signed-out", "/password/forgot", "/login?login=x"):
        assert "signet" not in late.client.get(url).cookies


def test_back_after_the_login_goes_on(surfer: Surfer) -> None:
    page = surfer.open("/account/sessions")
    page.sign_in()
    assert page.reload().url == "/account/sessions"


def test_the_other_tab_goes_on_to_its_own_end(surfer: Surfer) -> None:
    first, second = surfer.open("/account/sessions"), surfer.open("/account/password")
    first.sign_in()
    assert second.reload().url == "/account/password"


def test_the_other_tabs_form_goes_on_to_its_own_end(surfer: Surfer) -> None:
    first, second = surfer.open("/account/sessions"), surfer.open("/account/password")
    first.sign_in()
    assert second.sign_in().url == "/account/password"


def test_a_ninth_tab_costs_the_first_one_nothing_but_its_row(surfer: Surfer) -> None:
    tabs = [surfer.open(f"/account/sessions?tab={number}") for number in range(9)]
    assert PendingLogin.objects.count() == 8
    assert tabs[0].sign_in().url == "/account/sessions?tab=0"


def test_a_page_older_than_its_login_counts(surfer: Surfer) -> None:
    page = surfer.open("/account/sessions")
    PendingLogin.objects.all().delete()
    assert page.sign_in().url == "/account/sessions"


def test_a_page_older_than_its_login_still_tells_a_wrong_password(surfer: Surfer) -> None:
    page = surfer.open("/account/sessions")
    PendingLogin.objects.all().delete()
    again = page.sign_in(password="wrong password")
    assert again.status == 400 and WRONG in again.text
    assert again.sign_in().url == "/account/sessions"


def test_a_page_without_cookies_says_so_and_goes_on(surfer: Surfer) -> None:
    page = surfer.open("/account/sessions")
    surfer.client.cookies.clear()
    again = page.sign_in()
    assert again.shows("submit-login")
    assert again.sign_in().url == "/account/sessions"


@pytest.mark.parametrize(
    "hostile",
    [
        "//evil.test",
        "/\\evil.test",
        "javascript:alert(1)",
        "https://evil.test",
        "///evil.test",
        "/%0d%0aSet-Cookie:x",
        "\\/evil.test",
        "/ evil",
        "/login?login=x",
    ],
)
def test_next_leads_nowhere_else_case_224(surfer: Surfer, hostile: str) -> None:
    page = surfer.client.get("/login", {"login": "x", "next": hostile})
    location = page.headers["Location"]
    assert page.status_code == 303
    # As a path of ours, still encoded; the mark is for a browser that brought no cookie.
    assert location.removesuffix("?tried=1") in ("/", "/%0d%0aSet-Cookie:x")
    assert not any(char in location for char in "\r\n\\")


def test_the_hint_is_filled_in_and_the_password_has_the_focus(surfer: Surfer) -> None:
    page = surfer.open("/account/sessions")
    PendingLogin.objects.update(login_hint="anna@example.com")
    page = page.reload()
    assert 'value="anna@example.com"' in page.text
    assert "autofocus" in page.text.split('name="password"')[1].split(">")[0]


def test_what_the_app_calls_itself_is_text(surfer: Surfer) -> None:
    page = surfer.open("/account/sessions")
    PendingLogin.objects.update(
        branding={"name": "<script>x</script>", "logo_url": "", "cancel_url": "/back", "host": ""}
    )
    page = page.reload()
    assert "<script>x" not in page.text
    assert page.link("login-cancel") == "/back"


def test_a_second_persons_login_ends_no_other_session(surfer: Surfer) -> None:
    make_person("carol")
    surfer.sign_in()
    surfer.client.cookies["keep"] = "1"
    PendingLogin.objects.all().delete()
    page = surfer.open("/password/forgot")
    again = surfer.post(
        "/login?next=/account/sessions",
        {
            "username": "carol",
            "password": PASSWORD,
            "csrfmiddlewaretoken": page.text.split('csrfmiddlewaretoken" value="')[1].split('"')[0],
        },
    )
    assert "carol" in again.text
    assert Session.objects.living().count() == 2
    assert Session.objects.get(user__username="carol").is_default
    assert not Session.objects.get(user__username="bob").is_default


def test_the_answer_is_a_303_and_never_keeps_the_body(surfer: Surfer) -> None:
    page = surfer.open("/account/sessions").sign_in(follow=False)
    assert page.status == 303
    assert page.response.headers["Cache-Control"] == "no-store"
