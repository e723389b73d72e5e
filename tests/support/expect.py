"""The answers the attack catalogue names in short: PAGE4xx, RED, T400, T401, B401."""

from urllib.parse import urlsplit

import requests

from tests.support.browser import Browser
from tests.support.callback import Callback
from tests.support.page import Page
from tests.support.rp import Asked, RelyingParty


def page_4xx(browser: Browser, stop: Page | Callback, status: int = 400) -> Page:
    """An error page of the provider: nothing went, and nothing on it goes, to any client."""
    assert isinstance(stop, Page), f"sent to {stop.url[:300]}"
    assert stop.status == status, stop.text[:300]
    assert "Location" not in stop.response.headers
    assert stop.kind == "error", stop.text[:300]
    assert stop.words("error-code")
    assert stop.words("error-reference").startswith("r-")
    for element in stop.document.iter("a", "form"):
        target = element.get("href") or element.get("action") or ""
        assert not urlsplit(target).netloc or browser.is_own(target), target
    return stop


def red(
    rp: RelyingParty, browser: Browser, asked: Asked, stop: Page | Callback, *errors: str
) -> Callback:
    """The error reaches the client, with `state` and `iss`, and never a code."""
    callback = browser.to_client(stop)
    assert callback.status in (200, 302, 303, 400), callback.status
    rp.check_callback(asked, callback)
    assert callback.error in errors, f"{callback.params}"
    assert "code" not in callback.params
    return callback


def token_error(response: requests.Response, *errors: str, status: int = 400) -> None:
    """RFC 6749 §5.2, uncached, and without a cookie."""
    assert response.status_code == status, f"{response.status_code} {response.text[:300]}"
    assert response.headers["Content-Type"].split(";")[0] == "application/json"
    assert "no-store" in response.headers["Cache-Control"]
    assert "Set-Cookie" not in response.headers
    found = response.json()
    assert found["error"] in errors, found
    assert set(found) <= {"error", "error_description", "error_uri"}
    assert all(" " <= c <= "~" and c not in '"\\' for c in found.get("error_description", ""))


def t400(response: requests.Response, *errors: str) -> None:
    token_error(response, *errors)


def t401(response: requests.Response) -> None:
    """`WWW-Authenticate` where the Authorization header was used (RFC 6749 §5.2)."""
    token_error(response, "invalid_client", status=401)
    if "Authorization" in response.request.headers:
        assert response.headers["WWW-Authenticate"].startswith("Basic ")


def b401(response: requests.Response, error: str = "invalid_token") -> None:
    assert response.status_code == 401, f"{response.status_code} {response.text[:300]}"
    challenge = response.headers["WWW-Authenticate"]
    assert challenge.startswith("Bearer ")
    assert f'error="{error}"' in challenge


def inactive(response: requests.Response) -> None:
    """Exactly `{"active": false}` and nothing else (RFC 7662 §2.2)."""
    assert response.status_code == 200, response.text[:300]
    assert response.json() == {"active": False}
