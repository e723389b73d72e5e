"""Every place where Signet reads a JWT, as one thing to throw forgeries at (group 6)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests
from jwcrypto import jwk

from tests.support import jose, seeded
from tests.support.browser import Browser
from tests.support.callback import Callback
from tests.support.deployment import Deployment
from tests.support.people import Person
from tests.support.rp import RelyingParty

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass
class Place:
    """`genuine` makes a good token; `send` says whether a token was believed there.

    `jwk`: the public key such tokens are checked with. `key`: a whole one that is believed there.
    """

    name: str
    genuine: Callable[[], str]
    send: Callable[[str], bool]
    jwk: dict[str, Any]
    key: jwk.JWK

    def signed(self, **header: Any) -> str:
        """A good token of its own under a changed header, rightly signed by `key`; None removes."""
        head, claims = jose.parts(self.genuine())
        changed = {**head, "kid": self.key["kid"], **header}
        kept = {name: value for name, value in changed.items() if value is not None}
        return jose.sign_under(kept, claims, self.key)

    def refuses(self, token: str, why: str = "") -> None:
        try:
            believed = self.send(token)
        except requests.ConnectionError:
            # The server answers 413 without reading on; a client that goes on sending megabytes
            # may find the connection closed before it looks for the answer.
            assert len(token) > 500_000, f"{self.name}: connection lost, {why}"
            believed = False
        assert not believed, f"{self.name} believed a forgery: {why} {token[:120]}"

    def accepts(self, token: str) -> None:
        assert self.send(token), f"{self.name} refused a good token"


def _refused(response: requests.Response, *statuses: int) -> bool:
    assert response.status_code in statuses, f"{response.status_code} {response.text[:300]}"
    return False


@dataclass
class Scene:
    """One person signed in at one client that authenticates by signature."""

    signet: Deployment
    person: Person
    browser: Browser
    rp: RelyingParty
    tokens: dict[str, Any]

    def fresh(self) -> None:
        self.tokens = self.rp.log_in(self.browser, self.person)

    # Each answers: was the token believed?

    def _hint(self, token: str) -> bool:
        """A believed hint of the person who is here gives a code; anything else an error."""
        url = self.rp.op.url("authorization")
        asked = self.rp.ask(prompt="none", id_token_hint=token)
        response = self.browser.post(url, asked.params)
        if response.status_code == 413:
            return False
        callback = self.browser.follow(response)
        assert isinstance(callback, Callback), f"{callback.status} {callback.text[:300]}"
        if "code" in callback.params:
            return True
        assert callback.error in ("invalid_request", "login_required"), callback.params
        return False

    def _logout(self, token: str) -> bool:
        """A believed hint signs out and leads back to the app."""
        response = self.browser.post(
            self.rp.op.url("end_session"),
            {"id_token_hint": token, "post_logout_redirect_uri": seeded.POST_LOGOUT_URI},
        )
        if response.status_code in (400, 413):
            return False
        if isinstance(self.browser.follow(response), Callback):
            self.fresh()
            return True
        asked, stop = self.rp.start(self.browser, prompt="none")
        assert isinstance(stop, Callback)
        assert "code" in stop.params, f"signed out by a forged hint for {asked.url[:80]}"
        return False

    def _assertion(self, token: str) -> bool:
        data = {
            "grant_type": "client_credentials",
            "client_assertion_type": TYPE,
            "client_assertion": token,
        }
        answer = self.rp.op.http.post(self.rp.op.url("token"), data=data)
        return answer.status_code == 200 or _refused(answer, 401, 400, 413, 429)

    def _userinfo(self, token: str) -> bool:
        answer = self.rp.op.http.post(self.rp.op.url("userinfo"), data={"access_token": token})
        return answer.status_code == 200 or _refused(answer, 401, 400, 413)

    def _introspection(self, token: str) -> bool:
        answer = self.rp.introspect(token)
        if answer.status_code != 200:
            return _refused(answer, 400, 413)
        return bool(answer.json()["active"])

    def places(self) -> list[Place]:
        def signer(token: str) -> dict[str, Any]:
            return jose.key_of(self.rp.op.jwks(), jose.parts(token)[0]["kid"])

        def own(token: str) -> jwk.JWK:
            return self.signet.own_keys[f"retired {jose.parts(token)[0]['alg']}"]

        id_token, access_token = self.tokens["id_token"], self.tokens["access_token"]
        key, client_id = seeded.CLIENT_KEY, self.rp.client.client_id
        return [
            Place(
                "hint", lambda: self.tokens["id_token"], self._hint, signer(id_token), own(id_token)
            ),
            Place(
                "logout",
                lambda: self.tokens["id_token"],
                self._logout,
                signer(id_token),
                own(id_token),
            ),
            Place(
                "assertion",
                lambda: jose.client_assertion(client_id, self.rp.op.issuer, key),
                self._assertion,
                key.export_public(as_dict=True),
                key,
            ),
            Place(
                "userinfo",
                lambda: self.tokens["access_token"],
                self._userinfo,
                signer(access_token),
                own(access_token),
            ),
            Place(
                "introspection",
                lambda: self.tokens["access_token"],
                self._introspection,
                signer(access_token),
                own(access_token),
            ),
        ]


NAMES = ("hint", "logout", "assertion", "userinfo", "introspection")
