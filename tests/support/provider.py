"""The provider under test, known by its discovery document alone."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import requests

from tests.support.browser import Browser, new_address
from tests.support.transport import transport


@dataclass
class Provider:
    """`issuer` is what the operator configured; everything else is discovered."""

    issuer: str
    ca: str

    @cached_property
    def http(self) -> requests.Session:
        session = transport(self.ca)
        session.headers["X-Forwarded-For"] = new_address()
        return session

    @cached_property
    def metadata(self) -> dict[str, Any]:
        return discover(self.http, self.issuer)

    def jwks(self) -> dict[str, Any]:
        response = self.http.get(self.jwks_uri)
        assert response.status_code == 200
        found = response.json()
        assert isinstance(found["keys"], list)
        return found

    @property
    def jwks_uri(self) -> str:
        return str(self.metadata["jwks_uri"])

    def url(self, endpoint: str) -> str:
        """`authorization`, `token`, `userinfo`, `introspection`, `revocation`, `end_session`."""
        return str(self.metadata[f"{endpoint}_endpoint"])

    def browser(self) -> Browser:
        """A browser nobody used before."""
        return Browser(self.issuer, self.ca)


def discover(http: requests.Session, issuer: str) -> dict[str, Any]:
    """OIDC Discovery §4: the document, believed only if it names the issuer we asked."""
    response = http.get(f"{issuer}/.well-known/openid-configuration", allow_redirects=False)
    assert response.status_code == 200
    assert response.headers["Content-Type"].split(";")[0] == "application/json"
    found: dict[str, Any] = response.json()
    assert found["issuer"] == issuer
    return found
