"""The account pages in Chromium: each looked at with a long name and right to left, then lived in."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser import steps
from tests.browser.demo import BOB, Demo
from tests.browser.inspection import inspect
from tests.browser.mailbox import code_to, link_to
from tests.browser.watch import LOOKS, watched

_LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh Maximiliane Theodora von und zu"
_STALE = "UPDATE accounts_session SET confirmed_at = now() - interval '1 hour'"


@pytest.fixture
def person(demo: Demo) -> str:
    """Somebody new with Bob's password and a very long name."""
    return demo.newcomer(email_verified=True, name=_LONG, locale="", zoneinfo="")


@pytest.fixture(params=LOOKS)
def page(request: pytest.FixtureRequest, chromium: Browser, demo: Demo) -> Iterator[Page]:
    with watched(chromium, demo.origins, **LOOKS[request.param]) as found:
        yield found


def test_every_account_page_in_every_state(
    page: Page, demo: Demo, person: str, request: pytest.FixtureRequest
) -> None:
    scheme = request.node.callspec.params["page"]
    faults: list[str] = []

    def look(name: str, proof: str) -> None:
        expect(page.locator(proof).first).to_be_visible()
        faults.extend(inspect(page, f"account-{name}-{scheme}"))
        page.evaluate("document.documentElement.dir = 'rtl'")
        faults.extend(inspect(page, f"account-{name}-{scheme}-rtl"))
        page.evaluate("document.documentElement.dir = 'ltr'")

    steps.sign_in(page, demo.app, person, BOB)
    page.goto(f"{demo.issuer}/")
    look("overview", ".advice")
    page.locator("nav.tabs a", has_text="Profile").click()
    page.locator("input[name=birthdate]").fill("31.12.1990")
    page.locator("input[name=website]").fill("javascript:alert(1)")
    page.locator("#submit-profile").click()
    look("profile-error", "#id_birthdate_error")
    page.locator("input[name=birthdate]").fill("1990-12-31")
    page.locator("input[name=website]").fill("bob.example")
    page.locator("select[name=zoneinfo]").select_option("Asia/Tokyo")
    page.locator("#submit-profile").click()
    look("profile", ".notice")

    page.locator("#change-picture").click()
    page.locator("#submit-picture").click()
    look("picture-error", "#picture_error")
    picture = BytesIO()
    Image.new("RGB", (400, 300), (40, 120, 90)).save(picture, "JPEG")
    page.locator("#picture").set_input_files(
        {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    )
    page.locator("#submit-picture").click()
    look("profile-picture", "img.avatar")
    assert page.evaluate("document.querySelector('img.avatar').naturalWidth") == 256

    page.locator("#change-username").click()
    page.locator("input[name=username]").fill("a@b")
    page.locator("#submit-username").click()
    look("username-error", "#id_username_error")
    page.goto(f"{demo.issuer}/account/email")
    page.locator("input[name=email]").fill("junk")
    page.locator("#submit-contact").click()
    look("email-error", "#id_email_error")
    page.locator("input[name=email]").fill(f"new-{person}@example.com")
    page.locator("#submit-contact").click()
    page.locator("input[name=otp_token]").fill("12")
    page.locator("#submit-verify").click()
    look("email-code-error", ".error")
    page.locator("#send-again").click()
    look("email-code-again", ".notice")
    page.goto(f"{demo.issuer}/account/phone")
    look("phone", "#submit-contact")

    page.locator("nav.tabs a", has_text="Sessions").click()
    look("sessions", "#not-me")
    page.locator("nav.tabs a", has_text="Activity").click()
    look("activity", "#activity")
    page.locator("a.not-me").first.click()
    look("not-me", "#reported")
    page.goto(f"{demo.issuer}/account/data")
    look("data", "#download-data")
    page.goto(f"{demo.issuer}/account/delete")
    page.locator("input[name=confirmation]").fill("no")
    page.locator("#submit-delete").click()
    look("delete-error", "#id_confirmation_error")
    page.goto(f"{demo.issuer}/account/undo?token=junk")
    look("link-not-valid", "h1")
    assert not faults, "\n".join(faults)


def test_an_address_is_changed_and_taken_back(
    page: Page, demo: Demo, person: str, request: pytest.FixtureRequest
) -> None:
    scheme = request.node.callspec.params["page"]
    new = f"new-{person}@example.com"
    page.goto(f"{demo.issuer}/account/email")
    steps.log_in(page, person, BOB)
    page.locator("input[name=email]").fill(new)
    page.locator("#submit-contact").click()
    steps.type_code(page, code_to(page, demo, new))
    expect(page.locator("body")).to_contain_text(new)
    page.context.clear_cookies()
    page.goto(link_to(page, demo, "another e-mail address", "/account/undo"))
    faults = inspect(page, f"account-undo-{scheme}")
    page.locator("#undo-change").click()
    faults += inspect(page, f"account-undone-{scheme}")
    expect(page.locator("#change-undone")).to_be_visible()
    page.goto(f"{demo.issuer}/account/profile")
    steps.log_in(page, person, BOB)
    expect(page.locator("#submit-login")).to_be_visible()  # the old password is worth nothing
    page.goto(link_to(page, demo, f"{person}@example.com", "/password/reset"))
    steps.set_password(page, "a fourth sentence of a person")
    page.goto(f"{demo.issuer}/account/profile")
    steps.log_in(page, person, "a fourth sentence of a person")
    expect(page.locator("body")).to_contain_text(f"{person}@example.com")
    assert not faults, "\n".join(faults)


def test_somebody_else_changed_the_address_and_the_owner_is_still_signed_in(
    page: Page, chromium: Browser, demo: Demo, person: str, request: pytest.FixtureRequest
) -> None:
    scheme = request.node.callspec.params["page"]
    faults: list[str] = []

    def look(name: str, proof: str) -> None:
        expect(page.locator(proof).first).to_be_visible()
        faults.extend(inspect(page, f"account-{name}-{scheme}"))

    page.goto(f"{demo.issuer}/account/sessions")
    steps.log_in(page, person, BOB)
    with watched(chromium, demo.origins) as thief:
        thief.goto(f"{demo.issuer}/account/email")
        steps.log_in(thief, person, BOB)
        thief.locator("input[name=email]").fill(f"his-{person}@example.com")
        thief.locator("#submit-contact").click()
        steps.type_code(thief, code_to(thief, demo, f"his-{person}@example.com"))
    page.reload()
    look("sessions-two", "a.not-me")
    page.locator("#not-me").click()
    look("not-me-asks", "#lately")
    page.locator("#lock-down").click()
    first = page.locator("input[name=since]").first
    expect(first).to_be_focused()
    look("not-me-asks-error", "#id_since_error")
    first.focus()
    page.keyboard.press("Space")
    look("not-me-chosen", "input[name=since]:checked")
    page.locator("#lock-down").click()
    look("not-me-taken-back", "#locked-down")
    expect(page.locator("body")).to_contain_text("The account has its old e-mail address again.")
    assert not faults, "\n".join(faults)


def test_leaving_coming_back_and_shutting_everything(
    page: Page, demo: Demo, person: str, request: pytest.FixtureRequest
) -> None:
    scheme = request.node.callspec.params["page"]
    page.goto(f"{demo.issuer}/account/delete")
    steps.log_in(page, person, BOB)
    demo.live.sql(_STALE)
    page.locator("input[name=confirmation]").fill(person)
    page.locator("#submit-delete").click()
    faults = inspect(page, f"account-confirm-{scheme}")
    page.locator("input[name=password]").fill(BOB)
    page.locator("#submit-confirm").click()
    page.locator("input[name=confirmation]").fill(person)
    page.locator("#submit-delete").click()
    expect(page.locator("#account-leaving")).to_be_visible()
    faults += inspect(page, f"account-leaving-{scheme}")
    page.goto(f"{demo.issuer}/account/sessions")
    steps.log_in(page, person, BOB)
    expect(page.locator("#keep-account")).to_be_visible()
    faults += inspect(page, f"account-keep-{scheme}")
    page.locator("#keep-account").click()
    page.locator("#not-me").click()
    page.locator("#lock-down").click()
    expect(page.locator("#locked-down")).to_be_visible()
    faults += inspect(page, f"account-shut-{scheme}")
    page.goto(f"{demo.issuer}/account/password")
    expect(page.locator("#by-link")).to_be_visible()
    faults += inspect(page, f"account-password-by-link-{scheme}")
    assert not faults, "\n".join(faults)


def test_two_people_change_places(
    page: Page, demo: Demo, person: str, request: pytest.FixtureRequest
) -> None:
    scheme = request.node.callspec.params["page"]
    other = demo.newcomer(email_verified=True, name="Bo", locale="", zoneinfo="")
    faults: list[str] = []

    def look(name: str, proof: str) -> None:
        expect(page.locator(proof).first).to_be_visible()
        faults.extend(inspect(page, f"account-{name}-{scheme}"))

    page.goto(f"{demo.issuer}/account/sessions")
    steps.log_in(page, other, BOB)
    page.locator("p.ways a", has_text="Use another account").click()
    look("switch-alone", "#use-another-account")
    page.locator("#use-another-account").click()
    steps.log_in(page, person, BOB)
    look("shared", "#switch-account")
    left_open = page.context.new_page()
    left_open.goto(f"{demo.issuer}/account/profile")
    page.locator("#switch-account").click()
    look("switch", ".tag")
    page.locator("button.account-choice", has_text=other).click()
    expect(page.locator("h1")).to_have_text("Hello, Bo")
    left_open.locator("input[name=given_name]").fill("Mistaken")
    left_open.locator("#submit-profile").click()
    expect(left_open.locator(".notice").first).to_contain_text("You are signed in as Bo")
    expect(left_open.locator("input[name=given_name]")).not_to_have_value("Mistaken")
    left_open.close()
    page.locator("a.sign-out").click()
    look("sign-out-one", "#logout-everybody")
    page.locator("#logout-confirm").click()
    look("signed-out-one", "#go-on")
    page.locator("#go-on").click()
    expect(page.locator(".brand")).to_contain_text(f"{person}@example.com")
    assert not faults, "\n".join(faults)
