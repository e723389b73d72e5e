"""What a person does on a page."""

import base64
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from tests.browser.demo import Demo
from tests.support.authenticator import code


def log_in(page: Page, username: str, password: str) -> None:
    """Fill the login form and send it."""
    page.locator("#login input[name=username]").fill(username)
    page.locator("#login input[name=password]").fill(password)
    page.locator("#submit-login").click()


def sign_in(page: Page, app: str, username: str, password: str) -> None:
    """Begin at the app, log in, allow what it asks for."""
    page.goto(app)
    page.locator("#sign-in").click()
    log_in(page, username, password)
    page.locator("#consent-allow").click()


def set_password(page: Page, password: str) -> None:
    """Fill and send a page that asks for a new password alone."""
    page.locator("input[name=new_password]").fill(password)
    page.locator("#submit-password").click()


def type_code(page: Page, digits: str) -> None:
    """Fill and send the page that waits for a code, of whatever kind."""
    page.locator("input[name=otp_token]").fill(digits)
    page.locator("#submit-verify").click()


def save_recovery_codes(page: Page) -> list[str]:
    """The codes of the page, once one of them was typed as proof that they were kept."""
    expect(page.locator("#submit-recovery-codes")).to_be_visible()  # the next line does not wait
    codes = page.locator("#recovery-codes code").all_text_contents()
    page.locator("input[name=recovery_code]").fill(codes[-1])
    page.locator("#submit-recovery-codes").click()
    return codes


def register(page: Page, address: str, password: str, name: str = "") -> None:
    """Fill and send the registration page; it waits for the code then."""
    page.locator("input[name=email]").fill(address)
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=new_password]").fill(password)
    page.locator("input[name=terms]").check()
    page.locator("#submit-register").click()
    expect(page.locator("#register-code")).to_be_visible()


def totp_digits(base32: str) -> str:
    """As the phone that scanned this secret shows them now."""
    plain = base32.replace(" ", "")
    return code(base64.b32decode(plain + "=" * (-len(plain) % 8)).hex())


def authorization_url(demo: Demo, **more: str) -> str:
    """An authorization request of the demo app that nobody waits for the answer of."""
    parameters = {
        "client_id": "demo-app",
        "redirect_uri": f"{demo.app}/callback",
        "response_type": "code",
        "scope": "openid profile email",
        "state": "s" * 32,
        "code_challenge": "c" * 43,
        "code_challenge_method": "S256",
        **more,
    }
    return f"{demo.issuer}/oauth/authorize?{urlencode(parameters)}"
