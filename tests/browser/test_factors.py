"""Second factors and what hangs on them, in Chromium: each page looked at, the way walked."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import steps
from tests.browser.demo import BOB, Demo
from tests.browser.inspection import inspect
from tests.browser.watch import LOOKS, watched

_PASSED = "UPDATE accounts_totpdevice SET last_t = -1"


@pytest.fixture
def person(demo: Demo) -> str:
    """Somebody new with Bob's password and no factor."""
    return demo.newcomer(locale="")


@pytest.fixture(params=LOOKS)
def page(request: pytest.FixtureRequest, chromium: Browser, demo: Demo) -> Iterator[Page]:
    with watched(chromium, demo.origins, **LOOKS[request.param]) as found:
        yield found


def test_an_authenticator_app_from_the_first_scan_to_its_loss(
    page: Page, demo: Demo, person: str, request: pytest.FixtureRequest
) -> None:
    scheme = request.node.callspec.params["page"]
    faults: list[str] = []

    def look(name: str, proof: str) -> None:
        expect(page.locator(proof).first).to_be_visible()
        faults.extend(inspect(page, f"{name}-{scheme}"))

    page.goto(f"{demo.issuer}/account/sign-in")
    steps.log_in(page, person, BOB)
    look("security-empty", "#add-factor")
    page.locator("#add-factor").click()
    look("set-up-factor", "#set-up-totp")
    page.locator("#set-up-totp").click()
    secret = page.locator("#totp-secret").text_content() or ""
    page.locator("input[name=otp_token]").fill("123")
    page.locator("#submit-verify").click()
    look("set-up-totp-error", ".error")
    assert page.locator("#totp-secret").text_content() == secret
    page.locator("input[name=otp_token]").fill(steps.totp_digits(secret))
    page.locator("input[name=name]").fill("An authenticator with quite a long name, on a tablet")
    page.locator("#submit-verify").click()

    look("recovery-codes", "#recovery-codes")
    codes = page.locator("#recovery-codes code").all_text_contents()
    assert len(codes) == 10
    page.locator("input[name=recovery_code]").fill("AAAA-AAAA-AAAA-AAAA")
    page.locator("#submit-recovery-codes").click()
    look("recovery-codes-error", ".error")
    assert page.locator("#recovery-codes code").all_text_contents() == codes
    page.locator("input[name=recovery_code]").fill(codes[3])
    page.locator("#submit-recovery-codes").click()
    look("security", "#factors")

    # From an app, in a browser that knows nobody yet.
    demo.live.sql(_PASSED)
    page.context.clear_cookies()
    page.goto(demo.app)
    page.locator("#sign-in").click()
    steps.log_in(page, person, BOB)
    look("totp", "#submit-verify")
    page.locator("input[name=otp_token]").fill("000000")
    page.locator("#submit-verify").click()
    look("totp-error", ".error")
    page.locator("#use-recovery-code").click()
    look("recovery-code", "#use-totp")
    page.locator("input[name=otp_token]").fill(codes[0].lower())
    page.locator("#submit-verify").click()
    page.locator("#consent-allow").click()
    expect(page.locator("#sign-out")).to_be_visible()

    # A stale session is asked again before anything changes.
    demo.live.sql("UPDATE accounts_session SET confirmed_at = now() - interval '1 hour'")
    page.goto(f"{demo.issuer}/account/sign-in")
    expect(page.locator("#codes-left")).to_contain_text("9")
    page.locator("#factors button[name=remove]").first.click()
    look("confirm-by-factor", "#submit-verify")
    page.locator("input[name=otp_token]").fill(steps.totp_digits(secret))
    page.locator("#submit-verify").click()
    page.locator("#factors button[name=remove]").first.click()
    look("remove-last-factor", "#keep-factor")
    page.locator("#remove-last").click()
    look("security-removed", ".notice")
    expect(page.locator("#factors")).to_have_count(0)
    demo.live.sql("UPDATE accounts_session SET confirmed_at = now() - interval '1 hour'")
    page.goto(f"{demo.issuer}/account/factors/add")
    look("confirm-by-password", "#submit-confirm")
    page.locator("input[name=password]").fill("not it at all, no")
    page.locator("#submit-confirm").click()
    look("confirm-error", ".error")
    assert not faults, "\n".join(faults)


def test_what_an_app_received(
    page: Page, demo: Demo, person: str, request: pytest.FixtureRequest
) -> None:
    scheme = request.node.callspec.params["page"]
    steps.sign_in(page, demo.app, person, BOB)
    expect(page.locator("#sign-out")).to_be_visible()
    page.goto(f"{demo.issuer}/apps")
    page.locator("#connected-apps a").first.click()
    expect(page.locator("#ledger")).to_contain_text("e-mail address")
    faults = inspect(page, f"app-access-{scheme}")
    page.locator(".withdraw[value='scope:email']").click()
    expect(page.locator(".notice")).to_be_visible()
    expect(page.locator(".withdraw[value='scope:email']")).to_have_count(0)
    page.locator("#remove-app").click()
    expect(page.locator("#earlier-apps")).to_be_visible()
    faults += inspect(page, f"apps-earlier-{scheme}")
    assert not faults, "\n".join(faults)


def test_the_whole_way_by_keyboard_alone(page: Page, demo: Demo, person: str) -> None:
    """Tab, type, Enter: no mouse, and the focus is where the next thing is to be typed."""
    page.goto(demo.app)
    page.locator("#sign-in").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#login input[name=username]")).to_be_focused()
    page.keyboard.type(person)
    page.keyboard.press("Enter")
    expect(page.locator("#login input[name=password]")).to_be_focused()
    page.keyboard.type(BOB)
    page.keyboard.press("Enter")
    expect(page.locator("#consent-allow")).to_be_visible()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "consent-allow":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#sign-out")).to_be_visible()
