"""The same sign-in where identity provider and app share no site, over TLS."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright, expect

from tests.browser import steps
from tests.browser.conftest import ARGUMENTS
from tests.browser.demo import ALICE
from tests.browser.domains import Domains, start_domains
from tests.browser.watch import Watch


@pytest.fixture(scope="module")
def domains(executable: str) -> Iterator[Domains]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    running = start_domains(f"domains_{worker}")
    yield running
    running.stop()


def test_a_person_signs_in_across_sites_and_signs_out_through_the_app(
    playwright: Playwright, executable: str, domains: Domains
) -> None:
    # No certificate but that of these two keys is let pass unchecked.
    browser = playwright.chromium.launch(
        executable_path=executable,
        args=[
            *ARGUMENTS,
            "--host-resolver-rules=MAP *.test 127.0.0.1",
            f"--ignore-certificate-errors-spki-list={','.join(domains.pins)}",
        ],
    )
    context = browser.new_context()
    watch = Watch({domains.issuer, domains.app})
    watch.follow(context)
    page = context.new_page()

    steps.sign_in(page, domains.app, "alice", ALICE)
    expect(page.locator("#name")).to_have_text("Alice Jane Liddell")
    assert page.url.startswith(domains.app)
    cookies = [one for one in context.cookies() if one["domain"].endswith("op.test")]
    assert cookies
    for cookie in cookies:
        assert cookie["secure"]
        assert cookie["httpOnly"]
        assert cookie["name"].startswith("__Host-")

    page.locator("#sign-out").click()
    expect(page.locator("#sign-in")).to_be_visible()
    assert page.url.startswith(domains.app)
    page.goto(domains.issuer)
    expect(page.locator("#login")).to_be_visible()
    watch.done()
    browser.close()
