"""What a person does on a page."""

from urllib.parse import urlencode

from playwright.sync_api import Page

from tests.browser.demo import Demo


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
