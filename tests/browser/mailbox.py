"""What the embedded outbox shows: the messages of a deployment that sends none."""

import re

from playwright.sync_api import Page

from tests.browser.demo import Demo


def letter(page: Page, demo: Demo, *texts: str) -> str:
    """The newest message in which all of these occur; its recipient counts as well."""
    outbox = page.context.new_page()
    outbox.goto(f"{demo.issuer}/outbox")
    articles = outbox.locator("article")
    for text in texts:
        articles = articles.filter(has_text=text)
    found = articles.first.inner_text()
    outbox.close()
    return found


def code_to(page: Page, demo: Demo, recipient: str) -> str:
    """The newest code that went there."""
    text = letter(page, demo, recipient)
    found = re.search(r"(?<![\w+-])\d{6}(?![\w-])", text)
    assert found, text
    return found[0]


def link_to(page: Page, demo: Demo, text: str, path: str) -> str:
    """The link that leads to `path`, in the newest message with one in which this text occurs."""
    shown = letter(page, demo, text, path)
    found = re.search(rf"http://\S+{re.escape(path)}\S+", shown)
    assert found, shown
    return found[0]
