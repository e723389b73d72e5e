"""The box that makes a password readable: there with scripts, out of the way without."""

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import steps
from tests.browser.demo import BOB, Demo
from tests.browser.watch import Watch


def _login(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.issuer}/account/password")


def test_it_shows_hides_and_is_sent_hidden(
    context: BrowserContext, watch: Watch, demo: Demo
) -> None:
    page = context.new_page()
    _login(page, demo)
    steps.log_in(page, "bob", "not his password")
    field = page.locator("#login input[name=password]")
    field.fill(BOB)
    box = page.get_by_label("Show password")
    box.check()
    expect(field).to_have_attribute("type", "text")
    box.uncheck()
    expect(field).to_have_attribute("type", "password")
    box.check()
    page.evaluate(
        "document.querySelector('#login').addEventListener('submit', () => sessionStorage.setItem("
        "'sent', document.querySelector('[name=password]').type))"
    )
    page.locator("#submit-login").click()
    expect(page.locator("#submit-password")).to_be_visible()
    assert page.evaluate("sessionStorage.getItem('sent')") == "password"
    page.locator(".show-password").check()  # Bob reads German
    for name in ("current_password", "new_password"):
        expect(page.locator(f"input[name={name}]")).to_have_attribute("type", "text")


def test_from_the_name_the_tab_key_leads_to_the_password(
    context: BrowserContext, demo: Demo
) -> None:
    page = context.new_page()
    _login(page, demo)
    page.locator("#login input[name=username]").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#login input[name=password]")).to_be_focused()


def test_without_scripts_there_is_no_box(chromium: Browser, demo: Demo) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    _login(page, demo)
    expect(page.locator("#submit-login")).to_be_visible()
    expect(page.locator(".show-password")).to_be_hidden()
    context.close()
