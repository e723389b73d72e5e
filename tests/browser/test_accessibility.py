"""WCAG 2.2 AA by axe on every page a person meets, in both colour schemes and two widths."""

from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser import steps
from tests.browser.demo import ADMIN, BOB, Demo
from tests.browser.inspection import inspect
from tests.browser.watch import watched

LOGO = """
INSERT INTO oauth_clientlogo (client_id, source, sha256, content_type, content, fault, fetched_at)
SELECT id, logo_uri, %s, 'image/png', %s, '', now() FROM oauth_client WHERE client_id = 'demo-app'
ON CONFLICT DO NOTHING
"""
OWNER = """
INSERT INTO oauth_client_owners (client_id, user_id)
SELECT c.id, u.id FROM oauth_client c, accounts_user u
WHERE c.client_id = 'demo-app' AND u.username = 'admin' ON CONFLICT DO NOTHING
"""


def _give_logo(demo: Demo) -> None:
    """As the worker would have fetched it; and somebody to look after the app."""
    picture = BytesIO()
    Image.new("RGB", (144, 144), (200, 90, 20)).save(picture, "PNG")
    content = picture.getvalue()
    logo = "UPDATE oauth_client SET logo_uri = 'https://app.test/logo.png' WHERE client_id = 'demo-app'"
    demo.live.sql(logo)
    demo.live.sql(LOGO, sha256(content).hexdigest(), content)
    demo.live.sql(OWNER)


class Tour:
    """A page and all that was found wrong on the way."""

    def __init__(self, page: Page, scheme: str, issuer: str) -> None:
        self.page, self.scheme, self.issuer = page, scheme, issuer
        self.faults: list[str] = []
        self.seen: list[str] = []

    def look(self, name: str, proof: str) -> None:
        """Inspect the page that must show `proof`, a selector of this page alone."""
        expect(self.page.locator(proof).first).to_be_visible()
        self.seen.append(name)
        self.faults += inspect(self.page, f"{name}-{self.scheme}")

    def visit(self, path: str, name: str, proof: str) -> None:
        self.page.goto(f"{self.issuer}{path}")
        self.look(name, proof)


@pytest.fixture(params=["light", "dark"])
def tour(request: pytest.FixtureRequest, chromium: Browser, demo: Demo) -> Iterator[Tour]:
    with watched(chromium, demo.origins, color_scheme=request.param) as page:
        yield Tour(page, request.param, demo.issuer)


@pytest.fixture
def elsewhere(chromium: Browser, demo: Demo) -> Iterator[Page]:
    """A page of another browser."""
    with watched(chromium, demo.origins) as page:
        yield page


def test_no_page_shuts_anybody_out_or_asks_a_third_party_case_332(
    tour: Tour, elsewhere: Page, demo: Demo
) -> None:
    """`Watch` keeps the network log of every page. The other tours (factors, codes, joining, the
    account, passkeys) are watched in the same way."""
    page = tour.page
    demo.live.sql("UPDATE oauth_client SET client_uri = %s WHERE client_id = 'demo-app'", demo.app)
    _give_logo(demo)

    # Signing in, with a slip.
    page.goto(steps.authorization_url(demo, prompt="consent"))
    tour.look("login", "#login")
    steps.log_in(page, "bob", "not his password")
    tour.look("login-error", ".error, .notice.bad")
    steps.log_in(page, "bob", BOB)
    tour.look("consent", "#consent-allow")

    # A second person in the same browser.
    page.goto(steps.authorization_url(demo, prompt="login"))
    steps.log_in(page, "admin", ADMIN)
    page.locator("#consent-allow, #error-code").first.wait_for()
    if page.locator("#consent-allow").count():
        page.locator("#consent-allow").click()
    page.goto(steps.authorization_url(demo, prompt="select_account"))
    tour.look("choose-account", ".account-choice")

    # The account's own pages, with something on each.
    elsewhere.goto(demo.issuer)
    steps.log_in(elsewhere, "admin", ADMIN)
    expect(elsewhere.locator(".tabs")).to_be_visible()
    tour.visit("/", "home", "#apps")
    tour.visit("/account/sessions", "sessions", "#end-all-others")
    tour.visit("/apps", "apps", ".revoke-app")
    tour.visit("/account/password", "change-password", "#submit-password")
    page.locator("#submit-password").click()
    tour.look("change-password-error", ".error")

    # A forgotten password.
    tour.visit("/password/forgot", "forgot", "#submit-forgot")
    page.locator("input[name=email]").fill("bob@example.com")
    page.locator("#submit-forgot").click()
    tour.look("forgot-sent", "#reset-sent")
    tour.visit("/outbox", "outbox", ".letter")
    page.locator(".letter a").first.click()
    tour.look("reset", "#submit-password")
    tour.visit("/password/reset?token=stale", "link-not-valid", "#forgot-password")

    # Requests that cannot be followed.
    tour.visit("/oauth/authorize?client_id=nobody", "error", "#error-page")
    page.goto(steps.authorization_url(demo, redirect_uri="https://elsewhere.test/"))
    tour.look("error-address", "#error-page")
    tour.visit("/apps/refused", "refused-requests", "#refused-requests")
    tour.visit("/nothing-here", "not-found", "h1")

    # Going.
    tour.visit("/oauth/end_session", "logout", "#logout-confirm")
    tour.visit("/sign-out", "sign-out", "#logout-confirm")
    page.locator("#logout-everybody").click()
    tour.look("signed-out", "#signed-out")

    # A browser that gives back no cookie.
    page.goto(steps.authorization_url(demo))
    (resume,) = parse_qs(urlsplit(page.url).query)["next"]
    page.context.clear_cookies()
    tour.visit(f"{resume}&tried=1", "cookies-needed", "#try-again")

    assert not tour.faults, "\n".join(tour.faults)
