"""Without the second factor: what the pages offer, looked at; the file of the codes, kept."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import steps
from tests.browser.demo import BOB, Demo
from tests.browser.inspection import inspect
from tests.browser.mailbox import code_to
from tests.browser.watch import watched

_STALE = "UPDATE accounts_session SET confirmed_at = now() - interval '1 hour'"
_OVER = "UPDATE accounts_selfrecovery SET told_at = created_at, ready_at = now()"
_STOPPED = "UPDATE accounts_selfrecovery SET cancelled_at = now()"
_PASSED = "UPDATE accounts_totpdevice SET last_t = -1"


@pytest.fixture
def person(demo: Demo) -> str:
    """Somebody new with Bob's password and no factor."""
    demo.live.sql("DELETE FROM accounts_budget")
    return demo.newcomer(locale="")


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, chromium: Browser, demo: Demo) -> Iterator[Page]:
    with watched(chromium, demo.origins, color_scheme=request.param) as found:
        yield found


def _asked(page: Page, demo: Demo, person: str) -> None:
    """In a browser that knows nobody, as far as the second factor."""
    demo.live.sql(_PASSED)
    page.context.clear_cookies()
    page.goto(steps.authorization_url(demo, prompt="consent"))
    steps.log_in(page, person, BOB)
    expect(page.locator("#submit-verify")).to_be_visible()


def test_each_way_says_what_comes_next(
    page: Page, demo: Demo, person: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    scheme = request.node.callspec.params["page"]
    faults: list[str] = []

    def look(name: str, proof: str) -> None:
        expect(page.locator(proof).first).to_be_visible()
        faults.extend(inspect(page, f"{name}-{scheme}"))

    page.goto(f"{demo.issuer}/account/factors/authenticator")
    steps.log_in(page, person, BOB)
    secret = page.locator("#totp-secret").text_content() or ""
    steps.type_code(page, steps.totp_digits(secret))
    with page.expect_download() as kept:
        page.locator("#download-codes").click()
    file = tmp_path / kept.value.suggested_filename
    kept.value.save_as(file)
    codes = steps.save_recovery_codes(page)
    assert [line for line in file.read_text().splitlines() if line in codes] == codes

    # A recovery code; then the same consent once more.
    _asked(page, demo, person)
    page.locator("#use-recovery-code").click()
    steps.type_code(page, codes[0])
    look("consent-recovered", ".notice a[href='/account/sign-in']")
    page.locator("#consent-allow").click()
    page.goto(steps.authorization_url(demo, prompt="consent"))
    look("consent-again", "#allowed-before")

    # The waiting, stopped and then, as if it had not been, to its end.
    _asked(page, demo, person)
    page.locator("#lost-factor").click()
    page.locator("#start-recovery").click()
    look("lost-waiting", "#recovery-waiting")
    demo.live.sql(_STOPPED)
    page.reload()
    look("lost-stopped", "#recovery-stopped")
    page.locator("#forgot-password").click()
    look("forgot-after-stop", "#submit-forgot")
    expect(page.locator("input[name=email]")).to_have_value(f"{person}@example.com")
    demo.live.sql("UPDATE accounts_selfrecovery SET cancelled_at = NULL")
    demo.live.sql(_OVER)
    page.go_back()
    page.reload()
    page.locator("#finish-recovery").click()
    look("consent-after-recovery", ".notice a[href='/account/factors/add']")
    assert not faults, "\n".join(faults)


def test_no_code_leaves_for_a_page_that_was_only_opened(
    page: Page, demo: Demo, person: str, request: pytest.FixtureRequest
) -> None:
    scheme = request.node.callspec.params["page"]
    number = f"+4915{secrets.randbelow(10**9):09}"
    page.goto(f"{demo.issuer}/account/factors/sms")
    steps.log_in(page, person, BOB)
    page.locator("input[name=phone_number]").fill(number)
    page.locator("#send-code").click()
    steps.type_code(page, code_to(page, demo, number))
    steps.save_recovery_codes(page)
    demo.live.sql(_STALE)
    page.goto(f"{demo.issuer}/account/phone")
    expect(page.locator("#send-code")).to_be_visible()
    faults = inspect(page, f"confirm-by-sms-{scheme}")
    page.locator("#send-code").click()
    expect(page.locator("#submit-verify")).to_be_visible()
    expect(page.locator("[data-wait]")).to_contain_text("in ")
    faults += inspect(page, f"confirm-by-sms-sent-{scheme}")
    page.locator("#turn-back").click()
    expect(page.locator("#change-phone")).to_be_visible()
    assert not faults, "\n".join(faults)
