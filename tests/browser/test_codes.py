"""Codes by SMS and e-mail in Chromium: each state of the pages looked at, the way walked."""

import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import steps
from tests.browser.demo import BOB, Demo
from tests.browser.inspection import inspect
from tests.browser.mailbox import code_to
from tests.browser.watch import LOOKS, watched

_STATE = "UPDATE accounts_outboxmessage SET status = %s, sent_at = now() - interval '20 s'"
_LATER = "UPDATE accounts_onetimecode SET created_at = created_at - interval '1 minute'"


@pytest.fixture
def person(demo: Demo) -> str:
    """Somebody new with Bob's password and no factor."""
    return demo.newcomer(email_verified=True)


@pytest.fixture(params=LOOKS)
def page(request: pytest.FixtureRequest, chromium: Browser, demo: Demo) -> Iterator[Page]:
    with watched(chromium, demo.origins, **LOOKS[request.param]) as found:
        yield found


def a_number() -> str:
    return f"+4915{secrets.randbelow(10**9):09}"


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
    steps.type_code(page, "12345")
    look("set-up-sms-code-error", ".error")
    steps.type_code(page, code_to(page, demo, number))
    steps.save_recovery_codes(page)
    page.goto(f"{demo.issuer}/account/factors/email")
    look("set-up-email", "#send-code")
    page.locator("#send-code").click()
    look("set-up-email-code", "#code-status")
    steps.type_code(page, code_to(page, demo, f"{person}@example.com"))
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
    steps.type_code(page, "000000" if first != "000000" else "000001")
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
        steps.type_code(page, "000000" if first != "000000" else "000001")
    look("sms-used-up", "#code-status")
    demo.live.sql(_LATER)
    demo.live.sql("DELETE FROM accounts_budget")
    page.reload()
    page.locator("#send-again").click()
    steps.type_code(page, code_to(page, demo, number))
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
    steps.type_code(page, "12")
    look("magic-code-sent-error", ".error")
    steps.type_code(page, code_to(page, demo, address))
    page.locator("#consent-allow").click()
    expect(page.locator("#claims")).to_contain_text("email")
    assert not faults, "\n".join(faults)
