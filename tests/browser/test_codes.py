"""Codes by SMS and e-mail in Chromium: each state of the pages looked at, the way walked."""

import re
import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import steps
from tests.browser.demo import BOB, Demo
from tests.browser.inspection import inspect
from tests.browser.watch import watched

_STATE = "UPDATE accounts_outboxmessage SET status = %s, sent_at = now() - interval '20 s'"
_LATER = "UPDATE accounts_onetimecode SET created_at = created_at - interval '1 minute'"


@pytest.fixture
def person(demo: Demo) -> str:
    """Somebody new with Bob's password and no factor."""
    return demo.newcomer(email_verified=True)


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, chromium: Browser, demo: Demo) -> Iterator[Page]:
    with watched(chromium, demo.origins, color_scheme=request.param) as found:
        yield found


@pytest.fixture
def plain_page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(java_script_enabled=False)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def code_to(page: Page, demo: Demo, recipient: str) -> str:
    """The newest code that went there."""
    outbox = page.context.new_page()
    outbox.goto(f"{demo.issuer}/outbox")
    text = outbox.locator("article", has_text=recipient).first.inner_text()
    outbox.close()
    found = re.search(r"(?<!\d)\d{6}(?!\d)", text.replace(recipient, ""))
    assert found, text
    return found[0]


def type_code(page: Page, code: str) -> None:
    page.locator("input[name=otp_token]").fill(code)
    page.locator("#submit-verify").click()


def a_number() -> str:
    return f"+4915{secrets.randbelow(10**9):09}"


def save_recovery_codes(page: Page) -> None:
    codes = page.locator("#recovery-codes code").all_text_contents()
    page.locator("input[name=recovery_code]").fill(codes[0])
    page.locator("#submit-recovery-codes").click()


def test_a_phone_and_a_mailbox_from_their_first_code_to_a_login(
    page: Page, demo: Demo, person: str, request: pytest.FixtureRequest
) -> None:
    scheme, number = request.node.callspec.params["page"], a_number()
    faults: list[str] = []

    def look(name: str, proof: str) -> None:
        expect(page.locator(proof).first).to_be_visible()
        faults.extend(inspect(page, f"{name}-{scheme}"))

    page.goto(f"{demo.issuer}/account/factors/add")
    steps.log_in(page, person, BOB)
    look("set-up-factor-all", "#set-up-sms")
    page.locator("#set-up-sms").click()
    look("set-up-sms", "#send-code")
    page.locator("input[name=phone_number]").fill("0151 2345678")
    page.locator("#send-code").click()
    look("set-up-sms-error", ".error")
    page.locator("input[name=phone_number]").fill(number)
    page.locator("#send-code").click()
    look("set-up-sms-code", "#code-status")
    type_code(page, "12345")
    look("set-up-sms-code-error", ".error")
    type_code(page, code_to(page, demo, number))
    save_recovery_codes(page)
    page.goto(f"{demo.issuer}/account/factors/email")
    look("set-up-email", "#send-code")
    page.locator("#send-code").click()
    look("set-up-email-code", "#code-status")
    type_code(page, code_to(page, demo, f"{person}@example.com"))
    look("security-codes", "#factors")

    page.context.clear_cookies()
    demo.live.sql("DELETE FROM accounts_budget")
    page.goto(demo.app)
    page.locator("#sign-in").click()
    steps.log_in(page, person, BOB)
    look("sms-waiting", "#code-status")
    first = code_to(page, demo, number)
    for state in ("sent", "failed", "unknown"):
        demo.live.sql(_STATE, state)
        page.reload()
        look(f"sms-{state}", "#code-status")
    demo.live.sql(_STATE, "sent")
    type_code(page, "000000" if first != "000000" else "000001")
    look("sms-error", ".error")
    page.locator("#send-again").click()
    look("sms-too-early", ".notice")

    # The other way and back again: the same challenge, the same code.
    page.locator("#use-email").click()
    look("email-code", "#code-status")
    page.go_back()
    page.locator("#use-email").click()
    page.locator("#use-sms").click()
    assert code_to(page, demo, number) == first
    for _ in range(4):
        type_code(page, "000000" if first != "000000" else "000001")
    look("sms-used-up", "#code-status")
    demo.live.sql(_LATER)
    demo.live.sql("DELETE FROM accounts_budget")
    page.reload()
    page.locator("#send-again").click()
    type_code(page, code_to(page, demo, number))
    page.locator("#consent-allow").click()
    expect(page.locator("#claims")).to_contain_text("sms")
    expect(page.locator("#claims")).to_contain_text("mfa")
    assert not faults, "\n".join(faults)


def test_a_code_by_mail_in_place_of_the_password(
    page: Page, demo: Demo, person: str, request: pytest.FixtureRequest
) -> None:
    scheme, address = request.node.callspec.params["page"], f"{person}@example.com"
    demo.live.sql("DELETE FROM accounts_budget")
    faults: list[str] = []

    def look(name: str, proof: str) -> None:
        expect(page.locator(proof).first).to_be_visible()
        faults.extend(inspect(page, f"{name}-{scheme}"))

    page.goto(demo.app)
    page.locator("#sign-in").click()
    look("login-with-magic-code", "#magic-code")
    page.locator("#magic-code").click()
    look("magic-code", "#send-code")
    page.locator("input[name=email]").fill("no address")
    page.locator("#send-code").click()
    look("magic-code-error", ".error")
    page.locator("input[name=email]").fill(address)
    page.locator("#send-code").click()
    look("magic-code-sent", "#code-status")
    type_code(page, "12")
    look("magic-code-sent-error", ".error")
    type_code(page, code_to(page, demo, address))
    page.locator("#consent-allow").click()
    expect(page.locator("#claims")).to_contain_text("email")
    assert not faults, "\n".join(faults)


def test_all_of_it_without_javascript(plain_page: Page, demo: Demo, person: str) -> None:
    page, number = plain_page, a_number()
    demo.live.sql("DELETE FROM accounts_budget")
    page.goto(f"{demo.issuer}/account/factors/sms")
    steps.log_in(page, person, BOB)
    page.locator("input[name=phone_number]").fill(number)
    page.locator("#send-code").click()
    type_code(page, code_to(page, demo, number))
    expect(page.locator("#recovery-codes")).to_be_visible()
    page.context.clear_cookies()
    page.goto(demo.app)
    page.locator("#sign-in").click()
    page.locator("#magic-code").click()
    page.locator("input[name=email]").fill(f"{person}@example.com")
    page.locator("#send-code").click()
    type_code(page, code_to(page, demo, f"{person}@example.com"))
    expect(page.locator("#code-status")).to_be_visible()
    demo.live.sql(_LATER)
    page.locator("#send-again").click()
    type_code(page, code_to(page, demo, number))
    expect(page.locator("#consent-allow")).to_be_visible()
