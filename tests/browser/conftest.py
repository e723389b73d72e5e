"""One Chromium and one running demo for all browser tests.

Their scope is the package: Playwright's event loop must not outlive it, for Django refuses to
use the database of other tests while a loop runs in the thread.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

from tests.browser.demo import Demo, start_demo
from tests.browser.watch import Watch
from tests.support.tools import need

HERE = Path(__file__).resolve().parent
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-proxy-server",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here needs the one browser, so all of them run in one worker."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="package")
def executable() -> str:
    """Where Chromium is; skips without one."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        need("chromium")
    return str(found)


@pytest.fixture(scope="package")
def playwright(executable: str) -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def chromium(playwright: Playwright, executable: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def demo(executable: str) -> Iterator[Demo]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    running = start_demo(f"browser_{worker}")
    yield running
    running.stop()


@pytest.fixture
def context(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A person's browser, new for the test; a test's parameter for it are Chromium's options."""
    found = chromium.new_context(**getattr(request, "param", {}))
    found.set_default_timeout(15_000)
    yield found
    found.close()


@pytest.fixture
def watch(context: BrowserContext, demo: Demo) -> Iterator[Watch]:
    """What the pages of this test do wrong; checked at its end."""
    found = Watch(demo.origins)
    found.follow(context)
    yield found
    found.done()
