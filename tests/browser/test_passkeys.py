"""Passkeys in Chromium, with its virtual authenticator."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import steps
from tests.browser.demo import BOB, Demo
from tests.browser.inspection import inspect
from tests.browser.passkeys import VirtualAuthenticator
from tests.browser.watch import watched

_NOT_ALLOWED = """() => {
    navigator.credentials.create = async () => { throw new DOMException("", "NotAllowedError"); };
}"""


@pytest.fixture
def person(demo: Demo) -> str:
    """Somebody new with Bob's password: a passkey changes how its owner signs in."""
    return demo.newcomer(locale="")


@pytest.fixture
def page(chromium: Browser, demo: Demo) -> Iterator[Page]:
    with watched(chromium, demo.origins) as found:
        yield found


def add_passkey(page: Page, demo: Demo, person: str, name: str = "My key") -> None:
    """From the security page, by somebody who signs in for it."""
    page.goto(f"{demo.issuer}/account/sign-in")
    steps.log_in(page, person, BOB)
    page.locator("#add-factor").click()
    page.locator("#set-up-passkey").click()
    page.locator("input[name=name]").fill(name)
    page.locator("#submit-passkey").click()
    expect(page.locator("h1")).to_contain_text("ecovery codes")


def press_button(page: Page, authenticator: VirtualAuthenticator) -> None:
    """Somebody is there from now on: too late for the autofill, which waits since the page came."""
    expect(page.locator("#passkey-login")).to_be_visible()
    page.wait_for_function("window.askedForAutofill")
    authenticator.touch()
    page.locator("#passkey-login").click()


def tokens_say(page: Page) -> tuple[list[str], str]:
    """`amr` and `acr` of the ID token that the app got."""
    claims = json.loads(page.locator("#claims").text_content() or "")
    return sorted(claims["amr"]), claims["acr"]


def test_from_the_security_page_to_a_login_at_an_app(
    page: Page, chromium: Browser, demo: Demo, person: str
) -> None:
    mine = VirtualAuthenticator(page)
    add_passkey(page, demo, person)
    (credential,) = mine.credentials()
    assert credential["rpId"] == "localhost" and credential["isResidentCredential"]

    # Elsewhere: password, then the passkey; the app hears of both.
    context = chromium.new_context()
    other = context.new_page()
    elsewhere = VirtualAuthenticator(other, presence=False)
    elsewhere.take_over(credential)
    other.goto(demo.app)
    other.locator("#sign-in").click()
    steps.log_in(other, person, BOB)
    expect(other.locator("#submit-verify")).to_be_focused()
    elsewhere.touch()
    other.keyboard.press("Enter")
    other.locator("#consent-allow").click()
    assert tokens_say(other) == (
        ["hwk", "mfa", "pwd", "user"],
        "urn:signet:acr:multi-factor",
    )
    (credential,) = elsewhere.credentials()
    context.close()

    # It is removed where it was added; the password alone opens the account then.
    page.goto(f"{demo.issuer}/account/sign-in")
    page.get_by_role("button", name="Remove My key").click()
    page.locator("#remove-last").click()
    expect(page.locator("#factors")).to_have_count(0)
    context = chromium.new_context()
    other = context.new_page()
    gone = VirtualAuthenticator(other, presence=False)
    gone.take_over(credential)
    other.goto(f"{demo.issuer}/account/sign-in")
    press_button(other, gone)
    expect(other.locator("#passkey-refused")).to_be_visible()
    gone.touch(False)
    steps.log_in(other, person, BOB)
    expect(other.locator(".tabs")).to_be_visible()
    context.close()


@pytest.mark.parametrize("synced", [False, True])
def test_alone_by_the_button(
    page: Page, chromium: Browser, demo: Demo, person: str, synced: bool
) -> None:
    mine = VirtualAuthenticator(page, synced=synced)
    add_passkey(page, demo, person)
    (credential,) = mine.credentials()
    context = chromium.new_context()
    other = context.new_page()
    elsewhere = VirtualAuthenticator(other, synced=synced, presence=False)
    elsewhere.take_over(credential)
    other.goto(demo.app)
    other.locator("#sign-in").click()
    press_button(other, elsewhere)
    other.locator("#consent-allow").click()
    kind = "swk" if synced else "hwk"
    assert tokens_say(other) == (sorted([kind, "mfa", "user"]), "urn:signet:acr:multi-factor")
    context.close()


def test_alone_by_the_autofill_of_the_name(
    page: Page, chromium: Browser, demo: Demo, person: str
) -> None:
    mine = VirtualAuthenticator(page)
    add_passkey(page, demo, person)
    (credential,) = mine.credentials()
    context = chromium.new_context()
    other = context.new_page()
    elsewhere = VirtualAuthenticator(other, presence=False)
    elsewhere.take_over(credential)
    other.goto(demo.app)
    # Nobody presses anything there: the browser's own list is what the person picks from.
    elsewhere.touch()
    other.locator("#sign-in").click()
    other.locator("#consent-allow").click()
    assert tokens_say(other)[0] == ["hwk", "mfa", "user"]
    context.close()


def test_a_cancelled_try_says_so_and_the_next_one_works(
    page: Page, demo: Demo, person: str
) -> None:
    authenticator = VirtualAuthenticator(page, presence=False)
    page.goto(f"{demo.issuer}/account/sign-in")
    steps.log_in(page, person, BOB)
    page.goto(f"{demo.issuer}/account/factors/passkey")
    authenticator.touch()
    page.evaluate(_NOT_ALLOWED)
    page.locator("#submit-passkey").click()
    expect(page.locator("#passkey-alert")).to_contain_text("No passkey was made")
    page.reload()
    page.locator("#submit-passkey").click()
    expect(page.locator("h1")).to_contain_text("ecovery codes")
    # The same device a second time.
    page.goto(f"{demo.issuer}/account/factors/passkey")
    page.locator("#submit-passkey").click()
    expect(page.locator("#passkey-alert")).to_contain_text("has a passkey")


def test_a_login_page_that_lay_open_asks_with_a_new_challenge(
    page: Page, chromium: Browser, demo: Demo, person: str
) -> None:
    mine = VirtualAuthenticator(page)
    add_passkey(page, demo, person)
    (credential,) = mine.credentials()
    context = chromium.new_context()
    other = context.new_page()
    elsewhere = VirtualAuthenticator(other, presence=False)
    elsewhere.take_over(credential)
    other.clock.install()
    other.goto(f"{demo.issuer}/account/sign-in")
    expect(other.locator("#passkey-login")).to_be_visible()
    demo.live.sql("UPDATE accounts_pendinglogin SET challenge = NULL WHERE user_id IS NULL")
    other.clock.fast_forward(6 * 3_600_000)
    # Somebody there before the press: a request that waits already would not notice them.
    press_button(other, elsewhere)
    expect(other.locator(".tabs")).to_be_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_pages_shut_nobody_out(chromium: Browser, demo: Demo, person: str, scheme: str) -> None:
    context = chromium.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    mine = VirtualAuthenticator(page)
    faults: list[str] = []

    def look(name: str, proof: str) -> None:
        expect(page.locator(proof).first).to_be_visible()
        faults.extend(inspect(page, f"{name}-{scheme}"))

    add_passkey(page, demo, person)
    mine.touch(False)
    page.goto(f"{demo.issuer}/account/factors/passkey")
    look("set-up-passkey", "#submit-passkey")
    mine.touch()
    page.locator("#submit-passkey").click()
    look("set-up-passkey-again", "#passkey-alert.notice")
    mine.touch(False)
    page.evaluate("document.querySelector('[name=passkey]').form.submit()")
    look("set-up-passkey-refused", "#passkey-refused")
    page.goto(f"{demo.issuer}/account/sign-in")
    look("security-with-passkey", "#factors")
    page.goto(f"{demo.issuer}/sign-out")
    page.locator("#logout-confirm").click()
    page.goto(f"{demo.issuer}/account/sign-in")
    look("login-with-passkey", "#passkey-login")
    page.evaluate("""
        document.querySelector('[name=passkey]').value = '{}';
        document.querySelector('#login').submit();
    """)
    look("login-passkey-refused", "#passkey-refused")
    steps.log_in(page, person, BOB)
    look("passkey", "#submit-verify")
    page.evaluate("document.querySelector('[name=passkey]').form.submit()")
    look("passkey-refused", "#passkey-refused")
    context.close()
    assert not faults, "\n".join(faults)


def test_without_scripts_it_says_so_and_is_not_dead(
    page: Page, chromium: Browser, demo: Demo, person: str
) -> None:
    VirtualAuthenticator(page)
    add_passkey(page, demo, person)
    context = chromium.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{demo.issuer}/account/sign-in")
    expect(plain.locator("#passkey-login")).to_be_hidden()
    steps.log_in(plain, person, BOB)
    expect(plain.locator("#passkey-unsupported")).to_be_visible()
    expect(plain.locator("#submit-verify")).to_be_hidden()
    context.close()
