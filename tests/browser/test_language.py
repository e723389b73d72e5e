"""The language form carries no token: browsers themselves say that a page of ours sent it."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.demo import Demo

_PAGES = ("/password/forgot", "/no-such-page", "/oauth/authorize/resume?c=x")


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("path", _PAGES)
def test_whoever_never_was_here_chooses_a_language(
    chromium: Browser, demo: Demo, path: str, scripts: bool
) -> None:
    context = chromium.new_context(java_script_enabled=scripts, locale="en-GB")
    page = context.new_page()
    page.goto(f"{demo.issuer}{path}")
    page.locator("footer summary").click()
    page.locator("footer button[lang=de]").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    assert page.url == f"{demo.issuer}{path}"
    context.close()
