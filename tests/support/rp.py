"""A small relying party of our own, independent of every library the provider uses."""

import base64
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import requests
from jwcrypto import jwk

from tests.support import jose, pkce
from tests.support.browser import Browser
from tests.support.callback import Callback
from tests.support.page import Page
from tests.support.people import Person
from tests.support.provider import Provider

OMIT = None
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True)
class Credentials:
    """What the relying party was given when it was registered."""

    client_id: str
    method: str = "client_secret_basic"
    secret: str = ""
    redirect_uri: str = "https://rp.test/cb"
    key: jwk.JWK | None = field(default=None, compare=False)
    id_token_alg: str = "RS256"


@dataclass(frozen=True)
class Asked:
    """One authorization request as it was sent. `verifier` is empty where PKCE was left out."""

    url: str
    params: dict[str, str]
    verifier: str


@dataclass
class RelyingParty:
    op: Provider
    client: Credentials

    # The front channel

    def ask(self, scope: str = "openid", **over: Any) -> Asked:
        """A request with fresh state, nonce and PKCE; a parameter set to OMIT is left out."""
        verifier = pkce.new_verifier()
        params = {
            "client_id": self.client.client_id,
            "redirect_uri": self.client.redirect_uri,
            "response_type": "code",
            "scope": scope,
            "state": secrets.token_urlsafe(16),
            "nonce": secrets.token_urlsafe(16),
            "code_challenge": pkce.challenge(verifier),
            "code_challenge_method": "S256",
            **over,
        }
        kept = {name: str(value) for name, value in params.items() if value is not OMIT}
        url = f"{self.op.url('authorization')}?{urlencode(kept)}"
        own = kept.get("code_challenge") == pkce.challenge(verifier)
        return Asked(url, kept, verifier if own else "")

    def start(
        self, browser: Browser, scope: str = "openid", **over: Any
    ) -> "tuple[Asked, Page | Callback]":
        asked = self.ask(scope, **over)
        return asked, browser.open(asked.url)

    def sign_in(
        self, browser: Browser, person: Person | None, scope: str = "openid", **over: Any
    ) -> tuple[Asked, Callback]:
        """The whole front channel, everything answered with yes."""
        asked, stop = self.start(browser, scope, **over)
        callback = browser.walk(stop, person)
        self.check_callback(asked, callback)
        return asked, callback

    def check_callback(self, asked: Asked, callback: Callback) -> None:
        """Callback checks of conformance §2.1 and RFC 9207 §2.4; said once, made everywhere."""
        names = [name for name, _ in callback.pairs]
        assert len(names) == len(set(names)), f"a parameter twice in {names}"
        assert callback.params.get("state") == asked.params.get("state")
        assert callback.params.get("iss") == self.op.issuer
        allowed = {"code", "state", "iss", "session_state"}
        if "error" in callback.params:
            allowed = {"error", "error_description", "error_uri", "state", "iss", "session_state"}
            description = callback.params.get("error_description", "")
            assert all(" " <= c <= "~" and c not in '"\\' for c in description)
        assert set(names) <= allowed, names
        mode = asked.params.get("response_mode", "query")
        assert callback.method == ("POST" if mode == "form_post" else "GET")
        if mode == "form_post":
            assert callback.url == asked.params["redirect_uri"], "something in the URL as well"
        else:
            assert ("#" in callback.url) is (mode == "fragment")

    # The back channel

    def post(self, endpoint: str, data: Any, **kwargs: Any) -> requests.Response:
        """A form, authenticated by the registered method. `data`: mapping or list of pairs."""
        pairs = list(data.items()) if isinstance(data, dict) else list(data)
        pairs = [(name, value) for name, value in pairs if value is not OMIT]
        headers = {**self.headers(), **kwargs.pop("headers", {})}
        return self.op.http.post(
            self.op.url(endpoint), data=[*pairs, *self.in_body()], headers=headers,
            allow_redirects=False, **kwargs,
        )  # fmt: skip

    def headers(self) -> dict[str, str]:
        if self.client.method != "client_secret_basic":
            return {}
        return {"Authorization": basic(self.client.client_id, self.client.secret)}

    def in_body(self) -> list[tuple[str, str]]:
        client = self.client
        if client.method == "client_secret_post":
            return [("client_id", client.client_id), ("client_secret", client.secret)]
        if client.method == "none":
            return [("client_id", client.client_id)]
        if client.method == "private_key_jwt":
            assert client.key is not None
            assertion = jose.client_assertion(client.client_id, self.op.issuer, client.key)
            return [("client_assertion_type", _ASSERTION), ("client_assertion", assertion)]
        return []

    def redeem(self, asked: Asked, callback: Callback, **over: Any) -> requests.Response:
        data = {
            "grant_type": "authorization_code",
            "code": callback.code,
            "redirect_uri": asked.params["redirect_uri"],
            "code_verifier": asked.verifier or OMIT,
            **over,
        }
        return self.post("token", data)

    def tokens(self, asked: Asked, callback: Callback) -> dict[str, Any]:
        """The tokens of a good redemption, checked as every module checks them."""
        response = self.redeem(asked, callback)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    def refresh(self, token: str, **over: Any) -> requests.Response:
        return self.post("token", {"grant_type": "refresh_token", "refresh_token": token, **over})

    def introspect(self, token: str, **over: Any) -> requests.Response:
        return self.post("introspection", {"token": token, **over})

    def is_active(self, token: str) -> bool:
        response = self.introspect(token)
        assert response.status_code == 200, response.text
        found = response.json()
        assert found["active"] or found == {"active": False}
        return bool(found["active"])

    def revoke(self, token: str, **over: Any) -> requests.Response:
        return self.post("revocation", {"token": token, **over})

    def userinfo(self, token: str, method: str = "GET", **kwargs: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}", **kwargs.pop("headers", {})}
        return self.op.http.request(method, self.op.url("userinfo"), headers=headers, **kwargs)

    def log_in(
        self, browser: Browser, person: Person, scope: str = "openid", **over: Any
    ) -> dict[str, Any]:
        """Sign in and fetch the tokens."""
        return self.tokens(*self.sign_in(browser, person, scope, **over))


def basic(client_id: str, secret: str) -> str:
    """RFC 6749 §2.3.1: form-encoded, then Basic."""
    pair = f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"
