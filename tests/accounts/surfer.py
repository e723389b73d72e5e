"""A person with a real browser's habits: tabs, stale forms, CSRF tokens out of the page."""

import html
import re
import secrets
from typing import Any

from django.contrib.auth.hashers import make_password
from django.test import Client

from accounts.models import User
from tests.support.security_key import Authenticator

PASSWORD = "correct horse battery staple"
NEW = "a quite different sentence"
_encoded: list[str] = []


def make_person(username: str = "bob", **over: Any) -> User:
    if not _encoded:
        _encoded.append(make_password(PASSWORD))
    values = {"email": f"{username}@example.com", "password": _encoded[0], **over}
    person = User(username=username, **values)
    person.save()
    return person


def an_address() -> str:
    """One of a network of its own, so that no test spends another one's budgets."""
    return f"10.{secrets.randbelow(256)}.{secrets.randbelow(256)}.7"


class Tab:
    """One page as it stands open: it can be sent at any later time."""

    def __init__(self, surfer: "Surfer", url: str, response: Any) -> None:
        self.surfer, self.url, self.response = surfer, url, response
        self.status = response.status_code
        self.text = response.content.decode()

    def send(self, follow: bool = True, **fields: str) -> "Tab":
        return self.surfer.post(self.url, self.hidden | fields, follow=follow)

    @property
    def hidden(self) -> dict[str, str]:
        """What a form of the page sends unseen: the CSRF token, whom it was made for, and of which
        version the terms were that it showed."""
        return dict(
            re.findall(r'name="(csrfmiddlewaretoken|acting|version)" value="([^"]+)"', self.text)
        )

    def sign_in(self, username: str = "bob", password: str = PASSWORD, **over: Any) -> "Tab":
        return self.send(username=username, password=password, **over)

    def reload(self) -> "Tab":
        return self.surfer.open(self.url)

    def link(self, element: str) -> str:
        tag = re.search(rf'<a [^>]*id="{element}"[^>]*>', self.text)
        assert tag, f"no link {element}"
        href = re.search(r'href="([^"]+)"', tag[0])
        assert href
        return html.unescape(href[1])

    def shows(self, element: str) -> bool:
        return f'id="{element}"' in self.text


class Surfer:
    """A browser: a cookie jar that all its tabs share."""

    def __init__(self, address: str = "", agent: str = "", language: str = "") -> None:
        headers = {"HTTP_USER_AGENT": agent} if agent else {}
        if language:
            headers["HTTP_ACCEPT_LANGUAGE"] = language
        self.client = Client(
            enforce_csrf_checks=True,
            REMOTE_ADDR=address or an_address(),
            HTTP_HOST="localhost",
            **headers,
        )

    def open(self, url: str, **headers: Any) -> Tab:
        return self._follow(url, self.client.get(url, **headers), True)

    def post(self, url: str, data: Any, follow: bool = True, **headers: Any) -> Tab:
        return self._follow(url, self.client.post(url, data, **headers), follow)

    def _follow(self, url: str, response: Any, follow: bool) -> Tab:
        for _ in range(20):
            where = response.headers.get("Location", "")
            if not follow or not where.startswith("/"):
                return Tab(self, url, response)
            url = where
            response = self.client.get(url)
        raise AssertionError("redirects without end")

    def sign_in(self, username: str = "bob", password: str = PASSWORD) -> Tab:
        """Open a page for signed-in people and sign in there."""
        return self.open("/account/sessions").sign_in(username, password)

    @property
    def cookie(self) -> str:
        found = self.client.cookies.get("signet")
        return found.value if found else ""

    @cookie.setter
    def cookie(self, value: str) -> None:
        self.client.cookies["signet"] = value

    def is_signed_in(self) -> bool:
        return self.client.get("/account/sessions").status_code == 200


def enrol(surfer: Surfer, key: Authenticator, **fields: str) -> Tab:
    """Add a passkey on the account page of somebody who is freshly signed in."""
    tab = surfer.open("/account/factors/passkey")
    return tab.send(passkey=key.create(tab), **fields)
