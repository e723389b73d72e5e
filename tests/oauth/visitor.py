"""A person with a browser, and the relying party that sends them here."""

import base64
import hashlib
import html
import re
import secrets
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.contrib.auth.hashers import make_password
from django.test import Client as Browser

from accounts.models import User
from oauth import clients
from oauth.models import Client

PASSWORD = "correct horse battery staple"
CALLBACK = "https://orders.acme.example/cb"
VERIFIER = "v" * 64
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)
_encoded: list[str] = []


def make_person(username: str = "anna", **over: Any) -> User:
    if not _encoded:
        _encoded.append(make_password(PASSWORD))
    person = User(
        username=username,
        email=f"{username}@example.com",
        given_name=username.title(),
        password=_encoded[0],
        **over,
    )
    person.save()
    return person


def make_client(**over: Any) -> Client:
    values = {
        "client_name": "Acme Orders",
        "redirect_uris": [CALLBACK],
        "scopes": ["openid", "profile", "email", "offline_access"],
        **over,
    }
    clients.forget()
    return Client.objects.create(**values)


def question(client: Client, **over: Any) -> dict[str, Any]:
    """The parameters of a good request; None leaves one out."""
    values = {
        "client_id": client.client_id,
        "redirect_uri": client.redirect_uris[0],
        "response_type": "code",
        "scope": "openid profile",
        "state": "s/1 &=",
        "nonce": "n-1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **over,
    }
    return {name: value for name, value in values.items() if value is not None}


def answer_of(response: Any) -> dict[str, str]:
    """The parameters of a redirect to the app."""
    address = urlsplit(response.headers["Location"])
    found = parse_qs(address.query or address.fragment, strict_parsing=True)
    return {name: value for name, (value,) in found.items()}


class Visitor:
    """Follows redirects by itself as far as they stay here."""

    def __init__(self) -> None:
        # An address of its own, so that no test spends another one's budgets.
        address = ".".join(str(10 + secrets.randbelow(200)) for _ in range(4))
        self.browser = Browser(REMOTE_ADDR=address, HTTP_HOST="localhost")
        self.url = ""

    def get(self, url: str, data: Any = None, **headers: Any) -> Any:
        return self._follow(url, self.browser.get(url, data, **headers))

    def post(self, url: str, data: Any = None, **headers: Any) -> Any:
        return self._follow(url, self.browser.post(url, data, **headers))

    def _follow(self, url: str, response: Any) -> Any:
        self.url = url
        while response.headers.get("Location", "").startswith("/"):
            self.url = response.headers["Location"]
            response = self.browser.get(self.url)
        self.page = response
        return response

    def ask(self, client: Client, **over: Any) -> Any:
        """Come from the app with a request."""
        return self.get("/oauth/authorize", question(client, **over))

    def sign_in(self, username: str = "anna", password: str = PASSWORD) -> Any:
        """Fill in the login page that is open."""
        return self.post(self.url, {"username": username, "password": password})

    def signed_in(self, username: str = "anna") -> "Visitor":
        """Sign in without any app."""
        self.get("/apps")
        self.sign_in(username)
        return self

    def press(self, **fields: str) -> Any:
        """Send the form of the open page, with what it hides."""
        return self.post(self.url, self.hidden | fields)

    @property
    def hidden(self) -> dict[str, str]:
        """The form token of the open page, and whom it was made for."""
        return dict(re.findall(r'name="(form_token|acting)" value="([^"]+)"', self.text))

    def allow(self) -> Any:
        return self.press(decision="allow")

    def link(self, element: str) -> str:
        """The address of the link with this id."""
        found = re.search(rf'id="{element}" href="([^"]+)"', self.text)
        assert found, f"no link {element}"
        return html.unescape(found[1])

    @property
    def text(self) -> str:
        return str(self.page.content.decode())

    def shows(self, element: str) -> bool:
        return f'id="{element}"' in self.text
