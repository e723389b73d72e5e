"""A person's way through everything, as on a machine where `make run` was typed."""

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser import steps
from tests.browser.demo import ALICE, Demo
from tests.browser.watch import Watch

_NEW = "through the looking glass"


@pytest.fixture(autouse=True)
def _watched(watch: Watch) -> None:
    """No page of the story asks anybody else for anything."""


def test_alice_signs_in_moves_on_takes_access_back_and_leaves(
    chromium: Browser, context: BrowserContext, demo: Demo
) -> None:
    page = context.new_page()

    # She signs in at the app, allows it, and sees the API's answer.
    steps.sign_in(page, demo.app, "alice", ALICE)
    expect(page.locator("#name")).to_have_text("Alice Jane Liddell")
    assert page.url.startswith(demo.app)
    if demo.api:
        page.locator("#call-api").click()
        expect(page.locator("#api-answer")).to_contain_text("200 ")

    # The second app knows her without another login.
    page.goto(demo.second)
    page.locator("#sign-in").click()
    expect(page.locator("#consent-allow")).to_be_visible()
    expect(page.locator("#login")).to_have_count(0)
    page.locator("#consent-allow").click()
    expect(page.locator("#app-name")).to_have_text("Second demo app")
    expect(page.locator("#name")).to_have_text("Alice Jane Liddell")

    # She takes the first app's access back: it can refresh no more, the second still can.
    page.goto(f"{demo.issuer}/apps")
    page.get_by_role("button", name="Remove Demo app").click()
    expect(page.locator(".revoke-app")).to_have_count(1)
    page.goto(demo.app)
    page.locator("#refresh").click()
    expect(page.locator("#error-code")).to_have_text("invalid_grant")
    page.goto(demo.second)
    page.locator("#refresh").click()
    expect(page.locator("#name")).to_have_text("Alice Jane Liddell")

    # She forgets her password and chooses a new one through the mail.
    page.goto(f"{demo.issuer}/password/forgot")
    page.locator("input[name=email]").fill("alice@example.com")
    page.locator("#submit-forgot").click()
    expect(page.locator("#reset-sent")).to_be_visible()
    page.goto(f"{demo.issuer}/outbox")
    page.locator(".letter a").first.click()
    steps.set_password(page, _NEW)
    expect(page.locator("#reset-done")).to_be_visible()
    page.goto(demo.second)
    page.locator("#refresh").click()
    expect(page.locator("#error-code")).to_have_text("invalid_grant")

    # The old one opens nothing; the new one does.
    page.goto(f"{demo.issuer}/")
    steps.log_in(page, "alice", ALICE)
    expect(page.locator(".error, .notice.bad").first).to_be_visible()
    steps.log_in(page, "alice", _NEW)
    expect(page.locator(".tabs")).to_be_visible()

    # From another device she ends this session, and signs out there through the app.
    elsewhere = chromium.new_context()
    other = elsewhere.new_page()
    steps.sign_in(other, demo.app, "alice", _NEW)
    expect(other.locator("#name")).to_be_visible()
    other.goto(f"{demo.issuer}/account/sessions")
    other.locator("#end-all-others").click()
    expect(other.locator("#end-all-others")).to_have_count(0)
    page.goto(f"{demo.issuer}/")
    expect(page.locator("#login")).to_be_visible()
    other.goto(demo.app)
    other.locator("#sign-out").click()
    expect(other.locator("#sign-in")).to_be_visible()
    assert other.url.startswith(f"{demo.app}/")
    other.goto(f"{demo.issuer}/")
    expect(other.locator("#login")).to_be_visible()
    elsewhere.close()
