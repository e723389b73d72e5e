"""The bare mount of the endpoints, called as a web server would."""

import base64
import io
import json
from dataclasses import dataclass
from typing import Any
from unittest import mock
from urllib.parse import quote_plus, urlencode

from oauth import keys
from oauth.adapters import wsgi_app
from oauth.models import Client
from oauth.mounts import ENDPOINTS
from tests.factories import SECRET

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> tuple[int, str | None]:
        return self.status, (self.json if self.body else {}).get("error")


def _elsewhere(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("404 Not Found", [])
    return [b"not an endpoint"]


_application = wsgi_app(ENDPOINTS, _elsewhere)


def call(
    method: str,
    path: str,
    body: bytes = b"",
    *,
    query: str = "",
    content_type: str = FORM,
    length: str | None = None,
    address: str = "198.51.100.7",
    **headers: str,
) -> Answer:
    """`headers` by WSGI name without HTTP_: `AUTHORIZATION="Bearer …"`."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)) if length is None else length,
        "REMOTE_ADDR": address,
        "wsgi.input": io.BytesIO(body),
        **{f"HTTP_{name}": value for name, value in headers.items()},
    }
    started: list[Any] = []
    # As Django's own test client does: a test's transaction would count as a broken connection.
    with mock.patch("oauth.adapters.close_old_connections"):
        chunks = _application(environ, lambda status, sent: started.append((status, sent)))
    status, sent = started[0]
    names = [name for name, _ in sent]
    assert len(names) == len({name.lower() for name in names}), f"a header twice: {names}"
    return Answer(int(status[:3]), dict(sent), b"".join(chunks))


def basic(client_id: str, secret: str = SECRET) -> str:
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def post(path: str, client: Client | None = None, *, headers: Any = (), **form: Any) -> Answer:
    """A form, authenticated as the client is registered. A list repeats its name, None omits."""
    sent = dict(headers)
    if client is not None and client.is_public:
        form.setdefault("client_id", client.client_id)
    elif client is not None:
        sent.setdefault("AUTHORIZATION", basic(client.client_id))
    fields = {name: value for name, value in form.items() if value is not None}
    return call("POST", path, urlencode(fields, doseq=True).encode(), **sent)


def token(client: Client | None = None, grant_type: str | None = None, **form: Any) -> Answer:
    return post("/oauth/token", client, grant_type=grant_type, **form)


def redeem(client: Client, code: str, **form: Any) -> Answer:
    form = {"redirect_uri": client.redirect_uris[0], **form}
    return token(client, "authorization_code", code=code, **form)


def refresh(client: Client, refresh_token: str, **form: Any) -> Answer:
    return token(client, "refresh_token", refresh_token=refresh_token, **form)


def introspect(client: Client, text: str, **form: Any) -> Answer:
    return post("/oauth/introspect", client, token=text, **form)


def userinfo(access_token: str) -> Answer:
    return call("GET", "/oauth/userinfo", AUTHORIZATION=f"Bearer {access_token}")


def warm_keys() -> None:
    """As a process has them that is up for a while."""
    keys.signer("ES256")  # keys made in a test's transaction are not kept: so a second time
    keys.signer("ES256")


def published_keys() -> Any:
    return call("GET", "/oauth/jwks").json
