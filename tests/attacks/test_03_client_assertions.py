"""Group 3: private_key_jwt (RFC 7523)."""

import time
from typing import Any

import requests
from jwcrypto import jwk

from tests.support import expect, jose, seeded
from tests.support.canary import canary
from tests.support.deployment import Deployment
from tests.support.rp import RelyingParty

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KEY = seeded.CLIENT_KEY


def _send(rp: RelyingParty, assertion: str) -> requests.Response:
    data = {
        "grant_type": "client_credentials",
        "client_assertion_type": TYPE,
        "client_assertion": assertion,
    }
    return rp.op.http.post(rp.op.url("token"), data=data)


def _assertion(rp: RelyingParty, **over: Any) -> str:
    audience = over.pop("aud", rp.op.issuer)
    return jose.client_assertion(rp.client.client_id, audience, KEY, **over)


def test_only_our_audience_is_accepted_case_053(signet: Deployment) -> None:
    rp = signet.rp("key")
    issuer = rp.op.issuer
    for good in (issuer, rp.op.url("token"), [issuer]):
        assert _send(rp, _assertion(rp, aud=good)).status_code == 200, good
    for wrong in (
        "https://other.test", [issuer, "https://evil.test"], ["https://evil.test"],
        rp.op.url("userinfo"), f"{issuer}/", issuer.replace("https", "http"), None, "", [], {},
        [[issuer]], 7, f"{issuer} ",
    ):  # fmt: skip
        expect.t401(_send(rp, _assertion(rp, aud=wrong)))


def test_only_the_clients_own_key_counts_case_055(signet: Deployment) -> None:
    attacker, weak = jose.new_key("EC", kid="c2"), jose.new_key("RSA", size=1024, kid="weak")
    rp, c2 = signet.rp("key"), signet.rp("key", jwks=jose.public_set(attacker))
    small = signet.rp("key", jwks=jose.public_set(weak))
    claims = jose.parts(_assertion(rp))[1]
    kid = {"kid": KEY["kid"]}
    pem = KEY.export_to_pem().decode()
    public = attacker.export_public(as_dict=True)

    def symmetric(text: str) -> jwk.JWK:
        return jwk.JWK(kty="oct", k=jose.base64url_encode(text))

    with canary() as bird:
        for number, (key, alg, header) in enumerate([
            (None, "none", {}),
            (None, "NONE", kid),
            (symmetric(pem), "HS256", kid),
            (symmetric(rp.client.client_id), "HS256", {}),
            (attacker, "ES256", {"jwk": public}),
            (attacker, "ES256", {**kid, "jwk": public}),
            (attacker, "ES256", {"jku": bird.url, "kid": "x"}),
            (attacker, "ES256", {"x5u": bird.url, **kid}),
            (attacker, "ES256", kid),
        ]):  # fmt: skip
            forged = jose.sign({**claims, "jti": f"case-055-{number}"}, key, alg, **header)
            expect.t401(_send(rp, forged))
        weakly = jose.client_assertion(small.client.client_id, rp.op.issuer, weak)
        expect.t401(_send(small, weakly))
    assert _send(c2, jose.client_assertion(c2.client.client_id, rp.op.issuer, attacker)).ok
    assert _send(rp, _assertion(rp)).status_code == 200


def test_what_a_header_says_besides_is_ignored(signet: Deployment) -> None:
    """RFC 7515 §4: whatever is not understood and not critical must not be refused."""
    rp = signet.rp("key")
    usual, claims = jose.parts(_assertion(rp))
    head = {**usual, "app": "its own", "n": 7}
    assert _send(rp, jose.sign_under(head, claims, KEY)).status_code == 200
    another = {**claims, "jti": "another"}
    expect.t401(_send(rp, jose.sign_under({**head, "crit": ["app"]}, another, KEY)))
    assert _send(rp, jose.sign_under(head, another, KEY)).status_code == 200


def test_times_and_names_of_an_assertion_case_056(signet: Deployment) -> None:
    rp, now = signet.rp("key"), int(time.time())
    c2 = signet.rp("key", jwks=jose.public_set(jose.new_key("EC")))
    for over in (
        {"iss": c2.client.client_id}, {"sub": c2.client.client_id},
        {"iss": c2.client.client_id, "sub": c2.client.client_id}, {"iss": None}, {"sub": None},
        {"exp": None}, {"exp": now - 300}, {"exp": now - 61}, {"nbf": now + 600},
        {"iat": now + 3_600}, {"exp": str(now + 60)}, {"exp": "NaN"}, {"exp": now - 300.5},
        {"exp": True},
        {"exp": float("nan")}, {"exp": 10**30}, {"exp": now + 90_000}, {"iat": "x"},
        {"nbf": "soon"}, {"jti": None}, {"jti": 7}, {"jti": ""},
    ):  # fmt: skip
        answer = _send(rp, _assertion(rp, **over))
        assert answer.status_code == 401, f"{over}: {answer.text}"
        expect.t401(answer)
    assert _send(rp, _assertion(rp, exp=now + 60, nbf=now - 5)).status_code == 200
    # RFC 7519 §2 allows a fraction, and hand-written clients send one: the number counts.
    assert _send(rp, _assertion(rp, exp=now + 60.5, iat=now - 0.5)).status_code == 200
    assert _send(rp, _assertion(rp, nbf=now + 5)).status_code == 200, "a clock a little ahead"


def test_an_assertion_is_used_once(signet: Deployment) -> None:
    rp = signet.rp("key")
    assertion = _assertion(rp)
    assert _send(rp, assertion).status_code == 200
    expect.t401(_send(rp, assertion))
    # Another client may use the same jti (RFC 7523 §3: unique for its issuer).
    other = signet.rp("key")
    jti = jose.parts(assertion)[1]["jti"]
    assert _send(other, _assertion(other, jti=jti)).status_code == 200
