"""The link in the mail: a page with a button, in any browser."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Registration, Session, User
from tests.accounts.joining import allow, ask, code_for, link_for, open_house
from tests.accounts.surfer import Surfer, an_address, make_person

__all__ = ["open_house"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_house")]


def test_in_the_same_browser_it_goes_on_where_it_was_to_lead() -> None:
    surfer = Surfer()
    ask(surfer, url="/register?next=/account/sessions")
    page = surfer.open(link_for("cleo@example.com"))
    assert page.shows("confirm-address")
    assert page.send().url == "/account/sessions"
    assert surfer.is_signed_in()


def test_in_another_browser_it_proves_and_signs_in_nobody() -> None:
    surfer, phone = Surfer(agent="Mozilla/5.0 (X11; Linux) Firefox/140.0"), Surfer()
    waiting = ask(surfer, url="/register?next=/account/sessions")
    page = phone.open(link_for("cleo@example.com"))
    assert "Firefox on Linux" in page.text
    assert page.send().shows("address-confirmed")
    assert not phone.is_signed_in()
    assert not Session.objects.exists()
    assert User.objects.get().email_verified
    # The tab that waits goes on at its next load; the code is no longer needed.
    assert waiting.reload().url == "/account/sessions"
    assert surfer.is_signed_in()


def test_or_at_its_next_press() -> None:
    surfer = Surfer()
    waiting = ask(surfer, url="/register?next=/account/sessions")
    code = code_for("cleo@example.com")
    Surfer().open(link_for("cleo@example.com")).send()
    assert waiting.send(otp_token=code).url == "/account/sessions"


def test_opening_it_however_often_proves_nothing() -> None:
    ask(Surfer())
    link = link_for("cleo@example.com")
    for _ in range(5):
        scanner = Client(REMOTE_ADDR=an_address(), HTTP_HOST="localhost")
        assert scanner.get(link, follow=True).status_code == 200
        assert scanner.head(link, follow=True).status_code == 200
    assert Registration.objects.get().proven_at is None
    assert not User.objects.exists()


def test_its_secret_leaves_the_address_and_no_referrer_tells_it_case_260() -> None:
    ask(Surfer())
    client = Client(REMOTE_ADDR=an_address(), HTTP_HOST="localhost")
    first = client.get(link_for("cleo@example.com"))
    assert first.headers["Location"] == "/register/confirm"
    assert first.headers["Referrer-Policy"] == "no-referrer"


def test_pressed_twice_it_says_the_same() -> None:
    ask(Surfer())
    page = Surfer().open(link_for("cleo@example.com"))
    assert page.send().shows("address-confirmed")
    assert page.send().shows("address-confirmed")
    assert page.reload().shows("address-confirmed")
    assert User.objects.count() == 1


def test_in_another_persons_session_it_changes_nothing_of_theirs_case_270() -> None:
    alice = make_person("alice")
    ask(Surfer())
    hers = Surfer()
    hers.sign_in("alice")
    hers.open(link_for("cleo@example.com")).send()
    alice.refresh_from_db()
    assert (alice.email, alice.email_verified) == ("alice@example.com", False)
    assert hers.is_signed_in()
    assert [one.user for one in Session.objects.all()] == [alice]
    assert User.objects.get(email="cleo@example.com").email_verified


@pytest.mark.parametrize("token", ["", "x", "\0", "é" * 50, "x" * 5_000])
def test_what_is_no_link_says_so(token: str) -> None:
    page = Surfer().open("/register/confirm", **{"QUERY_STRING": f"token={token}"})
    assert page.status == 400
    assert page.shows("link-gone")


def test_every_link_is_long_and_random_case_265() -> None:
    links = set()
    for number in range(4):
        ask(Surfer(), f"person{number}@example.com")
        links.add(link_for(f"person{number}@example.com").split("token=")[1])
    assert len(links) == 4
    assert all(len(one) == 43 for one in links)  # 256 bits in base64url
    kept = set(Registration.objects.values_list("link_digest", flat=True))
    assert not kept & links


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_HOST": "evil.test"},
        {"HTTP_HOST": "localhost:x@evil.test"},
        {"HTTP_X_FORWARDED_HOST": "evil.test"},
        {"HTTP_FORWARDED": "host=evil.test"},
    ],
)
def test_it_names_the_configured_host_case_255(headers: dict[str, str]) -> None:
    client = Client(REMOTE_ADDR=an_address(), **{"HTTP_HOST": "localhost", **headers})
    fields = {"email": "cleo@example.com", "new_password": "a quite different sentence"}
    response = client.post("/register", fields)
    assert response.status_code in (303, 400)
    if response.status_code == 303:
        assert link_for("cleo@example.com").startswith("/register/confirm?token=")


def test_a_house_that_closed_meanwhile_says_so(settings: Any) -> None:
    ask(Surfer())
    page = Surfer().open(link_for("cleo@example.com"))
    allow(settings, "closed")
    assert page.send().shows("link-gone")
    assert not User.objects.exists()
