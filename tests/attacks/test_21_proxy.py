"""Group 21: the proxy that docker-compose.yml starts, as a real nginx in front of Signet.

Without nginx on this machine these skip (in CI they fail): nothing here reads its configuration only.
"""

import os
import socket
import ssl
from collections.abc import Iterator

import pytest
import requests
from requests.adapters import HTTPAdapter

from tests.support.browser import Browser
from tests.support.deployment import Deployment
from tests.support.nginx import Proxied, start_proxied
from tests.support.page import Page
from tests.support.seeded import ORIGIN
from tests.support.tools import need
from tests.support.transport import transport

_PEER = "127.0.0.2"
_KIB = 1_024


@pytest.fixture(scope="module")
def proxied() -> Iterator[Proxied]:
    os.environ["PATH"] += ":/usr/sbin"
    need("nginx")
    found = start_proxied(f"proxied_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
    yield found
    found.stop()


@pytest.fixture
def behind(proxied: Proxied) -> Deployment:
    return proxied.signet


def test_a_person_signs_in_through_the_proxy(behind: Deployment) -> None:
    """The positive control of all that is refused below."""
    rp = behind.rp()
    tokens = rp.log_in(behind.op.browser(), behind.person())
    assert rp.userinfo(tokens["access_token"]).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/oauth/token"), ("GET", "/oauth/token"), ("POST", "/oauth/introspect"),
        ("POST", "/login"), ("POST", "/login/verify"), ("POST", "/"), ("PUT", "/login"),
    ],
)  # fmt: skip
def test_what_showed_a_secret_is_not_led_on_case_328(
    proxied: Proxied, method: str, path: str
) -> None:
    """A redirect would hide that the secret was readable; a 308 would even have it repeated."""
    answer = requests.request(
        method, f"{proxied.plain}{path}", data={"password": "x"}, allow_redirects=False, timeout=5
    )
    assert answer.status_code == 403
    assert "Location" not in answer.headers


@pytest.mark.parametrize("host", ["localhost", "evil.test"])
def test_a_typed_address_is_led_to_tls_at_our_own_name(proxied: Proxied, host: str) -> None:
    for method in ("GET", "HEAD"):
        answer = requests.request(
            method, f"{proxied.plain}/login?next=/apps", headers={"Host": host},
            allow_redirects=False, timeout=5,
        )  # fmt: skip
        assert answer.status_code == 308
        assert answer.headers["Location"] == "https://localhost/login?next=/apps"


def _handshake(behind: Deployment, version: ssl.TLSVersion, ciphers: str = "") -> str:
    context = ssl.create_default_context(cafile=behind.ca)
    context.minimum_version = context.maximum_version = version
    if ciphers:
        context.set_ciphers(ciphers)
    port = int(behind.issuer.rpartition(":")[2])
    with (
        socket.create_connection(("127.0.0.1", port), timeout=5) as raw,
        context.wrap_socket(raw, server_hostname="localhost") as wrapped,
    ):
        return str(wrapped.version())


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_the_proxy_speaks_modern_tls_case_328(behind: Deployment) -> None:
    assert _handshake(behind, ssl.TLSVersion.TLSv1_3) == "TLSv1.3"
    assert _handshake(behind, ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
    for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        with pytest.raises(OSError):
            _handshake(behind, version, "ALL:@SECLEVEL=0")
    for weak in ("AES128-SHA", "AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-SHA256", "aNULL"):
        with pytest.raises(OSError):
            _handshake(behind, ssl.TLSVersion.TLSv1_2, f"{weak}:@SECLEVEL=0")


@pytest.mark.parametrize("size", [65, 1_024, 5 * 1_024, 15 * 1_024])
def test_bodies_too_large_get_our_own_answer(behind: Deployment, size: int) -> None:
    """A script of another origin must be able to read it, a person to understand it."""
    much = "x" * size * _KIB
    http = transport(behind.ca)
    spa = behind.rp("spa")
    answer = http.post(
        spa.op.url("token"), data={"client_id": spa.client.client_id, "x": much},
        headers={"Origin": ORIGIN},
    )  # fmt: skip
    assert answer.status_code == 413
    assert answer.json()["error"] == "invalid_request"
    assert answer.headers["Access-Control-Allow-Origin"] in (ORIGIN, "*")
    page = Page(http.post(f"{behind.issuer}/login", data={"x": much}))
    assert page.status == 413
    assert "nginx" not in page.response.text
    assert page.response.headers["X-Request-Id"]


class _From(HTTPAdapter):
    """Connections from an address of our choice: the peer that the proxy sees."""

    def init_poolmanager(self, *args: object, **kwargs: object) -> None:
        super().init_poolmanager(*args, source_address=(_PEER, 0), **kwargs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name", ["X-Forwarded-For", "X_Forwarded_For", "Forwarded", "X-Real-IP", "X_Real_IP"]
)
def test_nobody_is_somebody_else_behind_the_proxy_case_219(behind: Deployment, name: str) -> None:
    """Behind WSGI the names with "_" cannot be told from the real ones, so the proxy drops them."""
    person, attacker = behind.person(), Browser(behind.issuer, behind.ca)
    attacker.http.mount("https://", _From())
    del attacker.http.headers["X-Forwarded-For"]
    behind.sql("DELETE FROM accounts_budget")
    page = attacker.open("/login")
    assert isinstance(page, Page)
    statuses = []
    for at in range(12):
        sent = page.press("submit-login", username=person.username, password=f"guess {at} of it")
        headers = {"Origin": behind.issuer, name: f"198.51.100.{at}"}
        statuses.append(attacker.post(sent.url, sent.fields, headers=headers).status_code)
    assert statuses.index(429) <= 7, statuses
    told = behind.sql(
        "SELECT DISTINCT host(address) FROM accounts_auditevent WHERE subject_id = %s", person.id
    )
    assert told == [(_PEER,)]
