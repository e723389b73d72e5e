"""accounts/pages/sign_out.py."""

from accounts.models import AuditEvent, Session
from tests.accounts.in_one_browser import session_of, together
from tests.accounts.surfer import Surfer


def test_asking_signs_nobody_out_and_the_button_does(surfer: Surfer) -> None:
    surfer.sign_in()
    page = surfer.open("/sign-out")
    assert page.shows("logout-confirm") and page.shows("logout-cancel")
    assert surfer.is_signed_in()
    assert page.send().shows("signed-out")
    assert not surfer.is_signed_in()
    assert Session.objects.get().end_reason == "logout"
    assert AuditEvent.objects.filter(name="logout").count() == 1


def test_the_cookie_is_worth_nothing_afterwards(surfer: Surfer) -> None:
    surfer.sign_in()
    before = surfer.cookie
    surfer.open("/sign-out").send()
    thief = Surfer()
    thief.cookie = before
    assert not thief.is_signed_in()


def test_a_double_press_is_signed_out_too(surfer: Surfer) -> None:
    surfer.sign_in()
    page = surfer.open("/sign-out")
    before = surfer.cookie
    page.send()
    surfer.cookie = before
    assert page.send().shows("signed-out")


def test_a_second_press_with_the_new_cookie_explains_and_goes_on(surfer: Surfer) -> None:
    surfer.sign_in()
    page = surfer.open("/sign-out")
    page.send()
    again = page.send()
    assert again.status == 403 and again.shows("try-again")
    assert surfer.open(again.link("try-again")).shows("signed-out")


def test_a_stranger_is_told_that_nobody_is_signed_in(surfer: Surfer) -> None:
    assert surfer.open("/sign-out").shows("signed-out")
    assert surfer.open("/signed-out").status == 200


def test_no_other_site_signs_anybody_out_case_283(surfer: Surfer) -> None:
    surfer.sign_in()
    assert surfer.client.post("/sign-out").status_code == 403
    assert surfer.client.post("/sign-out", HTTP_ORIGIN="https://evil.test").status_code == 403
    assert surfer.is_signed_in()


def living() -> set[str]:
    return set(Session.objects.living().values_list("user__username", flat=True))


def test_of_two_the_acting_one_alone_and_the_other_goes_on(db: None) -> None:
    surfer = together("bob", "eve")
    page = surfer.open("/sign-out")
    assert "Sign out eve" in page.text and page.shows("logout-everybody")
    eve = str(session_of("eve").pk)
    assert page.send(session=eve).shows("signed-out")
    assert living() == {"bob"} and "bob@example.com" in surfer.open("/account/profile").text
    # Pressed twice it signs nobody else out.
    assert page.send(session=eve).shows("signed-out") and living() == {"bob"}


def test_of_three_the_two_that_are_left_choose(db: None) -> None:
    surfer = together("bob", "eve", "cleo")
    page = surfer.open("/sign-out").send(session=str(session_of("cleo").pk))
    assert page.url == "/account/switch" and living() == {"bob", "eve"}
    assert not surfer.is_signed_in()
    # Nobody is the acting one now: there is only everybody.
    page = surfer.open("/sign-out")
    assert not page.shows("logout-everybody") and "Sign out everybody" in page.text
    assert page.send().shows("signed-out") and living() == set()


def test_everybody(db: None) -> None:
    surfer = together("bob", "eve")
    assert surfer.open("/sign-out").send().shows("signed-out")
    assert living() == set()
