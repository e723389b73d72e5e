"""Somebody without an account, in the middle of an app's request and otherwise."""

import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import steps
from tests.browser.demo import ADMIN, Demo
from tests.browser.inspection import inspect
from tests.browser.mailbox import code_to, link_to
from tests.browser.watch import LOOKS, Watch

_PASSWORD = "down the garden path"
pytestmark = pytest.mark.usefixtures("watch")


@pytest.mark.parametrize("context", LOOKS.values(), ids=LOOKS, indirect=True)
def test_joining_in_the_middle_of_an_apps_request_ends_at_the_app(
    context: BrowserContext, demo: Demo
) -> None:
    page, address = context.new_page(), f"cleo.{secrets.token_hex(4)}@example.com"
    page.goto(demo.app)
    page.locator("#sign-in").click()
    page.locator("#register").click()
    expect(page.locator(".brand")).to_contain_text("Demo app")
    steps.register(page, address, _PASSWORD, "Cleo Patra")
    # A slip, then Back and Forward: the same page waits for the same code.
    steps.type_code(page, "12345")
    expect(page.locator(".error")).to_be_visible()
    page.go_back()
    page.goto(page.url)
    steps.type_code(page, code_to(page, demo, address))
    page.locator("#consent-allow").click()
    expect(page.locator("#name")).to_have_text("Cleo Patra")
    assert page.url.startswith(demo.app)
    page.goto(f"{demo.issuer}/")
    expect(page.locator(".tabs")).to_be_visible()


def test_the_link_on_another_device_lets_the_waiting_tab_go_on(
    chromium: Browser, context: BrowserContext, demo: Demo
) -> None:
    page = context.new_page()
    page.goto(steps.authorization_url(demo, prompt="create"))
    steps.register(page, "cato@example.com", _PASSWORD)
    phone = chromium.new_context()
    other = phone.new_page()
    other.goto(link_to(page, demo, "cato@example.com", "?token="))
    assert "token" not in other.url
    other.locator("#confirm-address").click()
    expect(other.locator("#address-confirmed")).to_be_visible()
    other.goto(f"{demo.issuer}/account/sessions")
    expect(other.locator("#login")).to_be_visible()
    phone.close()
    page.reload()
    expect(page.locator("#consent-allow")).to_be_visible()


def test_the_link_in_the_same_browser_signs_in_and_goes_on(
    context: BrowserContext, demo: Demo
) -> None:
    page = context.new_page()
    page.goto(steps.authorization_url(demo, prompt="create"))
    steps.register(page, "carla@example.com", _PASSWORD)
    tab = context.new_page()
    tab.goto(link_to(page, demo, "carla@example.com", "?token="))
    tab.locator("#confirm-address").click()
    expect(tab.locator("#consent-allow")).to_be_visible()


@pytest.fixture(params=["light", "dark"])
def looking(request: pytest.FixtureRequest, chromium: Browser, demo: Demo) -> Iterator[Page]:
    found = chromium.new_context(color_scheme=request.param)
    page = found.new_page()
    page.goto(f"{demo.issuer}/")
    yield page
    found.close()


def test_every_page_of_joining_is_open_to_everybody(
    looking: Page, context: BrowserContext, demo: Demo, request: pytest.FixtureRequest
) -> None:
    page, faults = looking, []
    outbox = context.new_page()
    scheme = request.node.callspec.params["looking"]

    def look(name: str, proof: str) -> None:
        expect(page.locator(proof).first).to_be_visible()
        faults.extend(inspect(page, f"{name}-{scheme}"))

    page.goto(steps.authorization_url(demo, prompt="create"))
    look("register", "#submit-register")
    page.locator("input[name=email]").fill("no address")
    page.locator("input[name=new_password]").fill("short")
    page.locator("#submit-register").click()
    look("register-error", ".error")
    address = f"a.rather.long.name.of.somebody.{scheme}@a-long-host-name.example.com"
    steps.register(page, address, _PASSWORD, "Wolfeschlegelsteinhausenbergerdorff " * 3)
    look("register-code", "#register-code")
    page.locator("#send-again").click()
    look("register-code-again", "[role=status]")
    steps.type_code(page, "000000")
    look("register-code-error", ".error")
    waiting = page.url
    page.goto(link_to(outbox, demo, address, "?token="))
    look("register-link", "#confirm-address")
    page.goto(f"{demo.issuer}/register/confirm?token=stale")
    look("register-link-gone", "#link-gone")
    page.goto(f"{demo.issuer}/register/confirm/done")
    look("register-link-done", "#address-confirmed")
    page.goto(f"{demo.issuer}/invitation?token=stale")
    look("invitation-over", "#invitation-over")

    # Waiting for approval, refused, and new terms.
    page.goto(waiting)
    steps.type_code(page, code_to(outbox, demo, address))
    expect(page.locator("#consent-allow")).to_be_visible()
    state = "UPDATE accounts_user SET approval = %s, terms_version = %s WHERE email = %s"
    for approval, terms, proof in (
        ("waiting", "1", "#approval-waiting"),
        ("refused", "1", "#approval-refused"),
        ("", "0", "#accept-terms"),
    ):
        demo.live.sql(state, approval, terms, address)
        page.goto(steps.authorization_url(demo, prompt="login"))
        steps.log_in(page, address, _PASSWORD)
        look(proof[1:], proof)
    page.locator("#accept-terms").click()
    expect(page.locator("#consent-allow")).to_be_visible()
    assert not faults, "\n".join(faults)


def test_an_administrator_invites_somebody_who_joins(
    chromium: Browser, context: BrowserContext, demo: Demo, watch: Watch
) -> None:
    page = context.new_page()
    page.goto(f"{demo.issuer}/admin/")
    steps.log_in(page, "admin", ADMIN)
    page.goto(f"{demo.issuer}/admin/accounts/invitation/add/")
    page.locator("input[name=email]").fill("guest@example.com")
    page.locator("input[name=note]").fill("We would like to have you here.")
    page.locator("input[name=_save]").click()
    expect(page.locator(".success")).to_be_visible()
    guests = chromium.new_context()
    watch.follow(guests)
    guest = guests.new_page()
    guest.goto(link_to(page, demo, "guest@example.com", "?token="))
    expect(guest.locator(".letter")).to_have_text("We would like to have you here.")
    expect(guest.locator("input[name=email]")).to_be_disabled()
    faults = inspect(guest, "invitation")
    guest.locator("input[name=new_password]").fill(_PASSWORD)
    guest.locator("input[name=terms]").check()
    guest.locator("#submit-register").click()
    expect(guest.locator(".tabs")).to_be_visible()
    guests.close()
    assert not faults, "\n".join(faults)
