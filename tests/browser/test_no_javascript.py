"""Nothing but a passkey needs a script: what people do, walked with scripts off.

Many of these ways are walked by the tests that look at every page (joining, factors, codes, the
account): they run without scripts as well, see `LOOKS`. Here are those that nobody looks at.
"""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import steps
from tests.browser.demo import BOB, Demo
from tests.browser.mailbox import link_to
from tests.browser.watch import LOOKS, watched

_PLAIN = LOOKS["without scripts"]
_NEW = "a sentence chosen afterwards"
_WAITED = """
UPDATE accounts_selfrecovery SET told_at = now() - interval '30 d', ready_at = now()
WHERE user_id = (SELECT id FROM accounts_user WHERE username = %s)
"""


@pytest.fixture
def page(chromium: Browser, demo: Demo) -> Iterator[Page]:
    demo.live.sql("DELETE FROM accounts_budget")
    with watched(chromium, demo.origins, **_PLAIN) as found:
        yield found


@pytest.fixture
def person(demo: Demo) -> str:
    """Somebody new with Bob's password and no factor."""
    return demo.newcomer(email_verified=True)


def _at_the_app(page: Page, demo: Demo) -> None:
    """Allow what the app asks for, and arrive there."""
    page.locator("#consent-allow").click()
    expect(page.locator("#name")).to_be_visible()
    assert page.url.startswith(demo.app)


def _new_login(page: Page, demo: Demo, person: str) -> None:
    """From the app, in a browser that knows nobody."""
    page.context.clear_cookies()
    page.goto(demo.app)
    page.locator("#sign-in").click()
    steps.log_in(page, person, BOB)


def _set_up_totp(page: Page, demo: Demo, person: str) -> tuple[str, list[str]]:
    """The secret that a phone scanned, and the recovery codes."""
    page.goto(f"{demo.issuer}/account/factors/authenticator")
    steps.log_in(page, person, BOB)
    secret = page.locator("#totp-secret").inner_text()
    steps.type_code(page, steps.totp_digits(secret))
    codes = steps.save_recovery_codes(page)
    expect(page.locator("#factors")).to_be_visible()
    # So that the same digits serve once more, instead of half a minute of waiting.
    demo.live.sql("UPDATE accounts_totpdevice SET last_t = -1")
    return secret, codes


def test_scripts_are_off(page: Page, demo: Demo) -> None:
    """The control of all the others here: what a page brings does not run."""
    page.goto(f"{demo.issuer}/account/password")
    assert page.evaluate("matchMedia('(scripting: none)').matches")
    expect(page.locator("#passkey-login")).to_be_hidden()


def test_login_consent_and_callback(page: Page, demo: Demo) -> None:
    steps.sign_in(page, demo.app, "bob", BOB)
    expect(page.locator("#name")).to_have_text("Bob Builder")
    assert page.url.startswith(demo.app)


def test_form_post_goes_on_with_a_button(page: Page, demo: Demo) -> None:
    page.goto(steps.authorization_url(demo, response_mode="form_post", prompt="consent"))
    steps.log_in(page, "bob", BOB)
    page.locator("#consent-allow").click()
    with page.expect_request(f"{demo.app}/callback") as sent:
        page.locator("#continue").click()
    assert "code=" in (sent.value.post_data or "")


def test_a_forgotten_password_on_the_way_to_an_app(page: Page, demo: Demo, person: str) -> None:
    page.goto(demo.app)
    page.locator("#sign-in").click()
    page.locator("#forgot-password").click()
    page.locator("input[name=email]").fill(f"{person}@example.com")
    page.locator("#submit-forgot").click()
    expect(page.locator("#reset-sent")).to_be_visible()
    page.goto(link_to(page, demo, f"{person}@example.com", "/password/reset"))
    steps.set_password(page, _NEW)
    expect(page.locator("#reset-done")).to_be_visible()
    page.locator("a.button.primary").click()
    steps.log_in(page, person, _NEW)
    _at_the_app(page, demo)


def test_an_authenticator_app_and_a_recovery_code_let_in(
    page: Page, demo: Demo, person: str
) -> None:
    secret, codes = _set_up_totp(page, demo, person)
    _new_login(page, demo, person)
    steps.type_code(page, steps.totp_digits(secret))
    _at_the_app(page, demo)
    expect(page.locator("#claims")).to_contain_text("otp")
    _new_login(page, demo, person)
    page.locator("#use-recovery-code").click()
    steps.type_code(page, codes[0])
    _at_the_app(page, demo)
    page.goto(f"{demo.issuer}/account/sign-in")
    expect(page.locator("#codes-left")).to_contain_text("9")


def test_whoever_lost_every_factor_waits_and_comes_in(page: Page, demo: Demo, person: str) -> None:
    _set_up_totp(page, demo, person)
    _new_login(page, demo, person)
    page.locator("#lost-factor").click()
    page.locator("#start-recovery").click()
    expect(page.locator("#recovery-waiting")).to_be_visible()
    demo.live.sql(_WAITED, person)
    # The same browser, as the page says; nothing but the password is asked for.
    page.goto(demo.app)
    page.locator("#sign-in").click()
    expect(page.locator("#login").or_(page.locator("#lost-factor"))).to_be_visible()
    if page.locator("#login").count():
        steps.log_in(page, person, BOB)
    page.locator("#lost-factor").click()
    expect(page.locator("#recovery-ready")).to_be_visible()
    page.locator("#finish-recovery").click()
    _at_the_app(page, demo)
    page.goto(f"{demo.issuer}/account/sign-in")
    expect(page.locator("#add-factor")).to_be_visible()
    expect(page.locator("#factors")).to_have_count(0)


def test_everything_about_oneself_in_one_file(page: Page, demo: Demo, person: str) -> None:
    page.goto(f"{demo.issuer}/account/data")
    steps.log_in(page, person, BOB)
    with page.expect_download() as saved:
        page.locator("#download-data").click()
    assert saved.value.suggested_filename.endswith(".json")
    told = json.loads(saved.value.path().read_text())
    assert f"{person}@example.com" in json.dumps(told)


def test_another_browser_is_signed_out_and_then_this_one(
    page: Page, chromium: Browser, demo: Demo, person: str
) -> None:
    with watched(chromium, demo.origins, **_PLAIN) as other:
        other.goto(f"{demo.issuer}/account/sessions")
        steps.log_in(other, person, BOB)
        page.goto(f"{demo.issuer}/account/sessions")
        steps.log_in(page, person, BOB)
        page.locator("button[name=session]").click()
        expect(page.locator("button[name=session]")).to_have_count(0)
        other.goto(f"{demo.issuer}/account/sessions")
        expect(other.locator("#login")).to_be_visible()
    page.locator("a.sign-out").click()
    page.locator("#logout-confirm").click()
    expect(page.locator("#signed-out")).to_be_visible()


def test_that_was_not_me_from_the_mail_to_an_account_that_works(
    page: Page, chromium: Browser, demo: Demo, person: str
) -> None:
    address = f"{person}@example.com"
    _new_login(page, demo, person)
    _at_the_app(page, demo)
    with watched(chromium, demo.origins, **_PLAIN) as thief:
        thief.goto(f"{demo.issuer}/account/sessions")
        steps.log_in(thief, person, BOB)
        expect(thief.locator("#not-me")).to_be_visible()
        page.goto(link_to(page, demo, address, "/account/not-me"))
        page.locator("#lock-down").click()
        expect(page.locator("#locked-down")).to_be_visible()
        thief.goto(f"{demo.issuer}/account/sessions")
        steps.log_in(thief, person, BOB)
        expect(thief.locator("#submit-login")).to_be_visible()
    page.goto(link_to(page, demo, address, "/password/reset"))
    steps.set_password(page, _NEW)
    page.locator("a.button.primary").click()
    steps.log_in(page, person, _NEW)
    expect(page.locator(".tabs")).to_be_visible()
    page.goto(f"{demo.issuer}/account/profile")
    expect(page.locator("body")).to_contain_text(address)
