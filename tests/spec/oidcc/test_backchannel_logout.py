"""The Back-Channel Logout plan (conformance §2.6): two modules, and the check that they use."""

import secrets
import time
import uuid
from typing import Any
from urllib.parse import urlsplit

import pytest
from jwcrypto import jwk

from tests.spec.oidcc.plan import Plan
from tests.support import jose, logout_token
from tests.support.callback import Callback
from tests.support.deployment import Deployment
from tests.support.logout_token import EVENT
from tests.support.seeded import POST_LOGOUT_URI
from tests.support.telling import App, Telling


class _Plan(Plan):
    """The plan's client is one that is told."""

    def __init__(self, telling: Telling, app: App) -> None:
        super().__init__(telling.signet, "")
        self.rp = app.rp


@pytest.mark.spec(
    "OpenID Connect Back-Channel Logout 1.0",
    "2.1",
    "If the OpenID Provider supports OpenID Connect Discovery 1.0, it uses backchannel_logout_supported to advertise its support for back-channel logout.",
)
def test_oidcc_backchannel_logout_discovery_endpoint_verification(signet: Deployment) -> None:
    found = signet.op.metadata
    assert found["backchannel_logout_supported"] is True
    assert found["backchannel_logout_session_supported"] is True
    assert urlsplit(found["end_session_endpoint"]).scheme == "https"


@pytest.mark.spec(
    "OpenID Connect Back-Channel Logout 1.0",
    "2.5",
    "The OP uses an HTTP POST to the registered back-channel logout URI to trigger the logout actions by the RP. The POST body uses the application/x-www-form-urlencoded encoding and must include a logout_token parameter.",
)
def test_oidcc_backchannel_rp_initiated_logout(telling: Telling) -> None:
    app = telling.app("oidc", backchannel_logout_session_required=True)
    plan = _Plan(telling, app)
    flow = plan.run()
    assert flow.claims["sid"]
    assert not telling.apps.at(app.path), "told of a sign-out that there was not"

    state = secrets.token_hex(16)
    stop = plan.browser.open(
        plan.rp.op.url("end_session"),
        {
            "id_token_hint": flow.id_token,
            "post_logout_redirect_uri": POST_LOGOUT_URI,
            "state": state,
        },
    )
    (told,) = telling.apps.wait_for(app.path)
    claims = telling.check(app, told.token)
    assert (claims["sub"], claims["sid"]) == (flow.sub, flow.claims["sid"])
    assert told.tls == "TLSv1.3"
    assert isinstance(stop, Callback)
    assert stop.pairs == [("state", state)]
    _, silent = plan.start(prompt="none")
    assert isinstance(silent, Callback)
    assert silent.error == "login_required"
    telling.settled(app, ("sent", 1, ""), columns="status, attempts, error")
    assert len(telling.apps.at(app.path)) == 1


_KEY, _OTHER = jose.new_key("RSA", kid="k"), jose.new_key("RSA", kid="k")
_JWKS = {"keys": [{**_KEY.export_public(as_dict=True), "alg": "RS256", "use": "sig"}]}


def _token(key: jwk.JWK = _KEY, typ: str = "logout+jwt", **over: Any) -> str:
    now = int(time.time())
    claims = {
        "iss": "https://op.test", "aud": "c", "iat": now, "exp": now + 120,
        "jti": str(uuid.uuid4()), "events": {EVENT: {}}, "sub": "u_1", "sid": "s", **over,
    }  # fmt: skip
    kept = {name: value for name, value in claims.items() if value is not None}
    return jose.sign(kept, key, "RS256", typ=typ, kid="k")


def _checked(token: str) -> dict[str, Any]:
    return logout_token.check(token, _JWKS, issuer="https://op.test", client_id="c")


@pytest.mark.parametrize(
    "bent",
    [
        {"iss": "https://other.test"}, {"aud": "d"}, {"aud": ["c", "d"]}, {"iat": None},
        {"iat": 1}, {"exp": None}, {"exp": 1}, {"exp": 4_000_000_000}, {"jti": None},
        {"events": None}, {"events": {}}, {"events": {EVENT: {"a": 1}}}, {"events": [EVENT]},
        {"events": {EVENT: {}, "urn:more": {}}}, {"nonce": "n"}, {"sub": None, "sid": None},
        {"typ": "JWT"}, {"key": _OTHER}, {"email": "a@people.test"},
    ],
    ids=lambda bent: "-".join(bent),
)  # fmt: skip
def test_the_check_of_logout_tokens_refuses_a_bent_one(bent: dict[str, Any]) -> None:
    assert _checked(_token())
    with pytest.raises(Exception):  # noqa: B017 - ours and jwcrypto's
        _checked(_token(**bent))
