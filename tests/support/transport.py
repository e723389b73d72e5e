"""HTTP as every test speaks it: the test authority trusted, and never a 500."""

from typing import Any

import requests
from requests.adapters import HTTPAdapter


class _Adapter(HTTPAdapter):
    def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs["timeout"] = kwargs.get("timeout") or 30
        try:
            return super().send(request, *args, **kwargs)
        except requests.ConnectionError:
            # A connection kept from before that the server has closed meanwhile (after it read no
            # further in a body too large): one try on a new one, as browsers do.
            return super().send(request, *args, **kwargs)


def _no_server_error(response: requests.Response, **_: Any) -> None:
    assert response.status_code < 500, (
        f"{response.status_code} for {response.request.method} {response.url}: {response.text[:500]}"
    )


def transport(ca: str) -> requests.Session:
    """A session whose every answer is below 500: no input of a test may break the server."""
    session = requests.Session()
    session.verify = ca
    session.trust_env = False
    session.mount("https://", _Adapter(pool_maxsize=50))
    session.mount("http://", _Adapter(pool_maxsize=50))
    session.hooks["response"].append(_no_server_error)
    return session
