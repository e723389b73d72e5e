"""Nothing on the way from the app and back needs a script."""

from playwright.sync_api import Browser, expect

from tests.browser import steps
from tests.browser.demo import BOB, Demo
from tests.browser.watch import Watch


def test_login_consent_and_callback_work_without_scripts(chromium: Browser, demo: Demo) -> None:
    context = chromium.new_context(java_script_enabled=False)
    watch = Watch(demo.origins)
    watch.follow(context)
    page = context.new_page()
    steps.sign_in(page, demo.app, "bob", BOB)
    expect(page.locator("#name")).to_have_text("Bob Builder")
    assert page.url.startswith(demo.app)
    watch.done()
    context.close()


def test_form_post_goes_on_with_a_button_without_scripts(chromium: Browser, demo: Demo) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(steps.authorization_url(demo, response_mode="form_post", prompt="consent"))
    steps.log_in(page, "bob", BOB)
    page.locator("#consent-allow").click()
    with page.expect_request(f"{demo.app}/callback") as sent:
        page.locator("#continue").click()
    assert "code=" in (sent.value.post_data or "")
    context.close()
