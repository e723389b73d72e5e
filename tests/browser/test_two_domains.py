"""The same sign-in where identity provider and apps share no site, over TLS.

Chromium checks every certificate by a test authority in its own HOME; without certutil to make that,
those of our servers' keys go unchecked.
"""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, Playwright, expect

from tests.browser import steps
from tests.browser.conftest import ARGUMENTS
from tests.browser.demo import ALICE
from tests.browser.domains import Domains, start_domains
from tests.browser.watch import Watch
from tests.support.tools import skip


@pytest.fixture(scope="module")
def domains(executable: str) -> Iterator[Domains]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    running = start_domains(f"domains_{worker}")
    yield running
    running.stop()


@pytest.fixture
def browser(playwright: Playwright, executable: str, domains: Domains) -> Iterator[Browser]:
    arguments = [*ARGUMENTS, "--host-resolver-rules=MAP *.test 127.0.0.1"]
    env: dict[str, str | float | bool] = dict(os.environ)
    if domains.home:
        env["HOME"] = domains.home
    else:
        arguments.append(f"--ignore-certificate-errors-spki-list={','.join(domains.pins)}")
    found = playwright.chromium.launch(executable_path=executable, args=arguments, env=env)
    yield found
    found.close()


def test_a_person_signs_in_across_sites_and_signs_out_through_the_app(
    browser: Browser, domains: Domains
) -> None:
    context = browser.new_context()
    watch = Watch({domains.issuer, domains.app, domains.second})
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

    # The second app, of a third site: nobody types a password again.
    page.goto(domains.second)
    page.locator("#sign-in").click()
    page.locator("#consent-allow").click()
    expect(page.locator("#name")).to_have_text("Alice Jane Liddell")
    assert page.url.startswith(domains.second)
    page.goto(domains.app)

    page.locator("#sign-out").click()
    expect(page.locator("#sign-in")).to_be_visible()
    assert page.url.startswith(domains.app)
    page.goto(domains.issuer)
    expect(page.locator("#login")).to_be_visible()
    watch.done()


def test_a_certificate_of_nobody_is_refused(browser: Browser, domains: Domains) -> None:
    """The positive control of the trust above: no name but its own, no key but ours."""
    if not domains.home:
        skip("certutil is missing: certificates go unchecked")
    page = browser.new_page()
    with pytest.raises(Error, match="ERR_CERT_COMMON_NAME_INVALID"):
        page.goto(domains.issuer.replace("op.test", "evil.test"))
