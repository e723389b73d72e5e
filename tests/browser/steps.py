"""What a person does on a page."""

from playwright.sync_api import Page


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
