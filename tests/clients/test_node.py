"""openid-client, written by others in another language, goes through a whole sign-in over TLS.

It checks what a careful relying party checks: the ID token's signature by the published keys, issuer,
audience, nonce, expiry and at_hash, `state` and `iss` of the callback, and that userinfo and the
refreshed ID token speak of the same person. It stops at the first thing that is wrong.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support import jose, seeded
from tests.support.browser import Browser
from tests.support.callback import Callback
from tests.support.deployment import Deployment
from tests.support.people import Person
from tests.support.rp import Credentials
from tests.support.tools import need

HERE = Path(__file__).resolve().parent / "node"
SCOPE = "openid profile email offline_access orders.read"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with its locked packages installed."""
    need("node", "npm")
    home = tmp_path_factory.mktemp("node") / "client"
    shutil.copytree(HERE, home, ignore=shutil.ignore_patterns("node_modules"))
    done = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=home, check=False, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return home


def _run(
    program: Path, signet: Deployment, client: Credentials, browser: Browser, person: Person
) -> dict[str, Any]:
    """What it printed at its end; `person` signs in at the address it asks for."""
    settings = {
        "ISSUER": signet.issuer,
        "CLIENT_ID": client.client_id,
        "REDIRECT_URI": client.redirect_uri,
        "POST_LOGOUT_REDIRECT_URI": seeded.POST_LOGOUT_URI,
        "RESOURCE": seeded.API,
        "SCOPE": SCOPE,
        "NODE_EXTRA_CA_CERTS": signet.ca,
    }
    if client.secret:
        settings["CLIENT_SECRET"] = client.secret
        settings["AUTH_METHOD"] = client.method.removeprefix("client_secret_")
    with subprocess.Popen(
        ["node", "code_flow.mjs"],
        cwd=program, env={"PATH": os.environ["PATH"], **settings},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        first = running.stdout.readline()
        assert first.startswith(signet.op.url("authorization")), first
        callback = browser.walk(browser.open(first.strip()), person)
        printed, errors = running.communicate(callback.url + "\n", timeout=60)
    found: dict[str, Any] = json.loads(printed)
    assert running.returncode == 0, f"{found} {errors}"
    return found


@pytest.mark.parametrize("like", ["basic", "post", "native", "spa"])
def test_a_whole_sign_in(
    program: Path, signet: Deployment, browser: Browser, person: Person, like: str
) -> None:
    client = signet.client(like)
    found = _run(program, signet, client, browser, person)

    claims, userinfo, tokens = found["id_token_claims"], found["userinfo"], found["token_response"]
    assert claims["aud"] == client.client_id
    assert claims["nonce"]
    assert userinfo["sub"] == found["sub"]
    assert userinfo["email"] == person.email
    refreshed, api = found["refreshed"], found["api_token_response"]
    assert refreshed["access_token"] != tokens["access_token"]
    rotates = client.method == "none"
    assert (refreshed["refresh_token"] != tokens["refresh_token"]) is rotates
    assert jose.parts(api["access_token"])[1]["aud"] == seeded.API
    if not rotates:
        assert found["introspection"]["active"]
        assert found["introspection_after_revocation"] == {"active": False}

    # Out: the address it built ends the session and leads back to the app.
    stop = browser.open(found["end_session_url"])
    assert isinstance(stop, Callback), stop.text[:300]
    assert stop.address == seeded.POST_LOGOUT_URI
    home = browser.open("/")
    assert not isinstance(home, Callback)
    assert home.kind == "login"


def test_it_is_no_rubber_stamp(
    program: Path, signet: Deployment, browser: Browser, person: Person
) -> None:
    """With a wrong secret it ends at the code, and what it prints says so."""
    good = signet.client("basic")
    wrong = Credentials(good.client_id, good.method, "not the secret", good.redirect_uri)
    with pytest.raises(AssertionError, match=r"'failed': 'code'.*'status': 401"):
        _run(program, signet, wrong, browser, person)
