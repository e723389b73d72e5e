"""The administration in Chromium: its policy holds, its scripts run, a secret is shown once."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import steps
from tests.browser.demo import ADMIN, Demo
from tests.browser.inspection import inspect
from tests.browser.watch import Watch

LISTS = (
    *("accounts/user", "accounts/group", "accounts/role", "accounts/session"),
    *("accounts/auditevent", "accounts/outboxmessage", "oauth/client", "oauth/resource"),
    *("oauth/scope", "oauth/consent", "oauth/authorization", "oauth/requestrecord"),
    "oauth/signingkey",
)


def enter(context: BrowserContext, demo: Demo) -> Page:
    """An administrator, in through Signet's login."""
    context.set_default_timeout(15_000)
    found = context.new_page()
    found.goto(f"{demo.issuer}/admin/")
    steps.log_in(found, "admin", ADMIN)
    expect(found.locator("#site-name")).to_be_visible()
    return found


@pytest.fixture
def page(context: BrowserContext, watch: Watch, demo: Demo) -> Page:
    """Whatever its pages break of their own policy is a fault."""
    return enter(context, demo)


def test_every_list_and_its_first_form_keep_the_policy(page: Page, demo: Demo) -> None:
    for where in LISTS:
        page.goto(f"{demo.issuer}/admin/{where}/")
        expect(page.locator("#changelist")).to_be_visible()
        link = page.locator("#result_list th a").first
        if link.count():
            link.click()
            expect(page.locator("#content h1")).to_be_visible()


def test_scripts_of_the_admin_run_under_the_policy(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.issuer}/admin/accounts/user/?q=bob")
    page.locator("th.field-username a").click()
    # Autocomplete: a script that asks the server and draws.
    page.locator(".field-roles .select2-selection").click()
    page.locator(".field-roles .select2-search__field").fill("orders-ed")
    page.locator(".select2-results__option", has_text="orders-editor").click()
    page.locator("[name=_save]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.goto(f"{demo.issuer}/admin/oauth/resource/")
    page.locator("#result_list th a").first.click()
    page.locator(".add-row a").click()
    expect(page.locator("#scopes-2")).to_be_visible()


def test_a_new_secret_is_shown_once(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.issuer}/admin/oauth/client/?q=demo-app-2")
    page.locator("th.field-client_name a").click()
    page.locator("#add-secret").click()
    page.locator("[name=label]").fill("made in a browser")
    page.locator("#content input[type=submit]").click()
    value = page.locator("#client-secret").inner_text()
    assert value.startswith("sgs_")
    page.locator("#content a", has_text="Back").click()
    expect(page.locator("table.secrets")).to_contain_text("made in a browser")
    assert value not in page.content()
    page.locator("table.secrets tr", has_text="made in a browser").locator("a").click()
    page.locator("#content input.deletelink").click()
    row = page.locator("table.secrets tr", has_text="made in a browser")
    expect(row).to_contain_text("revoked")


def test_lists_and_our_own_pages_shut_nobody_out(chromium: Browser, demo: Demo) -> None:
    """Not the forms with autocompletion: the search field that Select2 makes has no label.

    Unwatched, because axe itself puts styles into pages whose style sheets import others.
    """
    context = chromium.new_context()
    page = enter(context, demo)
    faults = inspect(page, "admin-index")
    page.goto(f"{demo.issuer}/admin/oauth/signingkey/rotate/")
    faults += inspect(page, "admin-rotate")
    page.goto(f"{demo.issuer}/admin/oauth/client/?q=demo-app-2")
    faults += inspect(page, "admin-clients")
    page.locator("th.field-client_name a").click()
    page.locator("#add-secret").click()
    page.locator("input[name=label]").wait_for()
    faults += inspect(page, "admin-secret")
    assert not faults, "\n".join(faults)
    context.close()
