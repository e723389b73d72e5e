"""A user agent without scripts: one cookie jar, redirects followed by hand and remembered."""

import ipaddress
import secrets
from typing import Any
from urllib.parse import urlencode, urljoin

import requests

from tests.support.callback import Callback
from tests.support.page import Page, Submission
from tests.support.people import Person
from tests.support.transport import transport

_MOST_HOPS = 12


def new_address() -> str:
    """A random public-looking IPv6 network of its own, so that no budget is shared."""
    return str(ipaddress.ip_address((0x2A00 << 112) | (secrets.randbits(48) << 64) | 1))


class Browser:
    """`trail` holds every answer, `seen` the kinds of pages a person was shown."""

    def __init__(self, base_url: str, ca: str) -> None:
        self.base_url = base_url
        self.http = transport(ca)
        self.ca = ca
        self.http.headers["X-Forwarded-For"] = new_address()
        self.http.headers["Accept"] = "text/html,*/*;q=0.8"
        self.trail: list[requests.Response] = []
        self.seen: list[str] = []

    def get(self, url: str, **kwargs: Any) -> requests.Response:
        """One request, no redirect followed."""
        return self._once("GET", url, **kwargs)

    def post(self, url: str, data: Any = None, **kwargs: Any) -> requests.Response:
        return self._once("POST", url, data=data, **kwargs)

    def _once(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        response = self.http.request(
            method, urljoin(self.base_url, url), allow_redirects=False, **kwargs
        )
        self.trail.append(response)
        return response

    def open(self, url: str, params: Any = None, **kwargs: Any) -> Page | Callback:
        """Follow an address to the page it ends on, or out to a client."""
        url = urljoin(self.base_url, url)
        if params:
            url = f"{url}{'&' if '?' in url else '?'}{urlencode(params)}"
        return self.follow(self.get(url, **kwargs))

    def cross_site_post(self, url: str, fields: Any) -> Page | Callback:
        """As Chromium does it: SameSite=Lax cookies stay behind, and come back on the redirect."""
        headers = {"Origin": "https://rp.test", "X-Forwarded-For": new_address()}
        first = transport(self.ca).post(url, data=fields, headers=headers, allow_redirects=False)
        self.trail.append(first)
        return self.follow(first)

    def send(self, submission: Submission) -> Page | Callback:
        if submission.method == "GET":
            return self.open(submission.url, submission.fields)
        headers = {"Origin": self.base_url, "Referer": submission.url}
        return self.follow(self.post(submission.url, submission.fields, headers=headers))

    def follow(self, response: requests.Response) -> Page | Callback:
        for _ in range(_MOST_HOPS):
            location = response.headers.get("Location")
            if response.status_code // 100 != 3 or location is None:
                return self._arrived(response)
            # RFC 9700 §4.12: 307 and 308 would repeat a POST, with a password in it.
            assert response.status_code in (302, 303), response.status_code
            target = urljoin(response.url, location)
            if not self.is_own(target):
                return Callback(target, status=response.status_code)
            response = self.get(target)
        raise AssertionError(f"a redirect loop at {response.url}")

    def is_own(self, url: str) -> bool:
        return url == self.base_url or url.startswith((f"{self.base_url}/", f"{self.base_url}?"))

    def _arrived(self, response: requests.Response) -> Page | Callback:
        page = Page(response)
        if "html" in response.headers.get("Content-Type", "") and page.kind == "other":
            form = page.foreign_form(self.base_url)
            if form is not None:
                return Callback(
                    form.url, form.method, response.status_code, tuple(form.fields), page
                )
        self.seen.append(page.kind)
        return page

    def to_client(self, stop: Page | Callback) -> Callback:
        """Press "Back to the app" where a page of the provider comes first (RFC 9700 §4.11.2)."""
        if isinstance(stop, Callback):
            return stop
        button = stop.find("back-to-app")
        assert button is not None, f"no way back on {stop.status} {stop.kind}: {stop.text[:300]}"
        if button.tag == "a":
            return Callback(stop.link("back-to-app"), status=stop.status)
        sent = stop.press("back-to-app")
        return Callback(sent.url, sent.method, stop.status, tuple(sent.fields), stop)

    def log_in(self, page: Page, person: Person, password: str | None = None) -> Page | Callback:
        sent = page.press(
            "submit-login", username=person.username, password=password or person.password
        )
        return self.send(sent)

    def walk(
        self, stop: Page | Callback, person: Person | None = None, consent: str = "allow"
    ) -> Callback:
        """Answer every page as a willing person does, until the client is reached."""
        for _ in range(8):
            if isinstance(stop, Callback):
                return stop
            if stop.kind == "login":
                assert person is not None, f"an unexpected login page: {stop.text[:300]}"
                stop = self.log_in(stop, person)
            elif stop.kind == "consent":
                stop = self.send(stop.press(f"consent-{consent}"))
            elif stop.kind == "choose_account":
                stop = self.send(self._choice(stop, person))
            else:
                raise AssertionError(f"stuck on {stop.status} {stop.url}: {stop.text[:400]}")
        raise AssertionError(f"no end after {self.seen}")

    def walk_home(self, person: Person) -> Page:
        """Sign in at the provider's own home page."""
        stop = self.open("/")
        if isinstance(stop, Page) and stop.kind == "login":
            stop = self.log_in(stop, person)
        assert isinstance(stop, Page)
        assert stop.status == 200
        return stop

    @staticmethod
    def _choice(page: Page, person: Person | None) -> Submission:
        for button in page.document.find_class("account-choice"):
            if person is None or person.email in button.text_content():
                return page.press_element(button)
        return page.press("use-another-account")

    @property
    def cookies(self) -> dict[str, str]:
        return dict(self.http.cookies)

    def twin(self) -> "Browser":
        """A stranger that holds a copy of the cookies."""
        other = Browser(self.base_url, self.ca)
        other.http.cookies.update(self.http.cookies)
        return other
