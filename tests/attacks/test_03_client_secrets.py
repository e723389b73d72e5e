"""Group 3: clients that prove themselves by a secret, or cannot."""

import base64
import secrets
import time
from statistics import quantiles

import pytest
import requests

from tests.support import expect, seeded
from tests.support.browser import Browser, new_address
from tests.support.deployment import Deployment
from tests.support.people import Person
from tests.support.rp import RelyingParty, basic

GRANT = {"grant_type": "client_credentials"}
CACHED = 1.1  # seconds: a client is known for one (design §6)


def test_an_imperfect_secret_is_wrong_case_047(signet: Deployment) -> None:
    rp, post = signet.rp(), signet.rp("post")
    name, secret = rp.client.client_id, rp.client.secret
    url = rp.op.url("token")

    def by_basic(header: str) -> requests.Response:
        return rp.op.http.post(url, data=GRANT, headers={"Authorization": header})

    expect.t401(rp.op.http.post(url, data=GRANT))
    expect.t401(rp.op.http.post(url, data={**GRANT, "client_id": name}))
    expect.t401(rp.op.http.post(url, data={**GRANT, "client_id": name, "client_secret": ""}))
    for wrong in ("", f"{secret} ", f"{secret}\n", f" {secret}", secret.upper(), secret[:-1], "\0"):
        expect.t401(by_basic(basic(name, wrong)))
    for header in (
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic Og==",
        "Bearer abc",
        "",
        "Basic w6Q6w6Q=",
    ):
        expect.t401(by_basic(header))
    for wrong in (f"{post.client.secret} ", post.client.secret.upper(), "\u00e4", "' OR 1=1--"):
        data = {**GRANT, "client_id": post.client.client_id, "client_secret": wrong}
        expect.t401(rp.op.http.post(url, data=data))
    # The right secret by the other method is wrong too: exactly the registered one.
    expect.t401(rp.op.http.post(url, data={**GRANT, "client_id": name, "client_secret": secret}))
    expect.t401(by_basic(basic(post.client.client_id, post.client.secret)))
    assert by_basic(basic(name, secret)).status_code == 200
    assert post.post("token", GRANT).status_code == 200


@pytest.mark.parametrize("endpoint", ["token", "introspection", "revocation"])
@pytest.mark.parametrize("method", ["basic", "post"])
def test_unknown_client_and_wrong_secret_look_alike_case_048(
    signet: Deployment, endpoint: str, method: str
) -> None:
    known = signet.client("basic" if method == "basic" else "post").client_id
    unknown = f"c_{secrets.token_hex(12)}"
    op = signet.op

    def guess(client_id: str) -> tuple[float, requests.Response]:
        data = {**GRANT, "token": "x"}
        headers = {"X-Forwarded-For": new_address()}
        wrong = f"sgs_{secrets.token_hex(32)}"
        if method == "basic":
            headers["Authorization"] = basic(client_id, wrong)
        else:
            data |= {"client_id": client_id, "client_secret": wrong}
        started = time.perf_counter()
        answer = op.http.post(op.url(endpoint), data=data, headers=headers)
        return time.perf_counter() - started, answer

    times: dict[str, list[float]] = {known: [], unknown: []}
    shapes = set()
    for _ in range(100):
        for client_id in (known, unknown):
            took, answer = guess(client_id)
            times[client_id].append(took)
            expect.t401(answer)
            varying = {"date", "signet-reference", "x-request-id"}
            headers = {k.lower(): v for k, v in answer.headers.items() if k.lower() not in varying}
            shapes.add((answer.status_code, answer.text, tuple(sorted(headers.items()))))
    assert len(shapes) == 1, shapes
    # The quickest tenth: whatever else the machine does can only add to a time.
    quick = [quantiles(found, n=10)[0] for found in times.values()]
    assert abs(quick[0] - quick[1]) < 0.005, quick


def test_two_methods_at_once_case_049(signet: Deployment) -> None:
    rp, key = signet.rp(), signet.rp("key")
    secret = {"client_id": rp.client.client_id, "client_secret": rp.client.secret}
    assertion = dict(key.in_body())
    assert key.op.http.post(key.op.url("token"), data={**GRANT, **assertion}).status_code == 200
    assertion = dict(key.in_body())
    url, header = rp.op.url("token"), rp.headers()
    for data, headers in (
        ({**GRANT, **secret}, header),
        ({**GRANT, **assertion}, header),
        ({**GRANT, **assertion, **secret}, {}),
    ):
        expect.t400(rp.op.http.post(url, data=data, headers=headers), "invalid_request")
    assert rp.post("token", GRANT).status_code == 200


def test_guessing_is_slowed_and_the_owner_goes_on_case_058(signet: Deployment) -> None:
    rp = signet.rp()
    url = rp.op.url("token")
    networks = [new_address() for _ in range(10)]
    answers: list[requests.Response] = []
    for at in range(500):
        headers = {
            "Authorization": basic(rp.client.client_id, f"sgs_{secrets.token_hex(32)}"),
            "X-Forwarded-For": networks[at % 10],
        }
        answers.append(rp.op.http.post(url, data=GRANT, headers=headers))
        if at % 20 == 0:
            assert rp.post("token", GRANT).status_code == 200
    assert {answer.status_code for answer in answers} == {401, 429}
    limited = [answer for answer in answers if answer.status_code == 429]
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in limited)
    assert answers[-1].status_code == 429
    # Not even from the guesser's network is the owner locked out.
    for network in networks:
        valid = {**rp.headers(), "X-Forwarded-For": network}
        assert rp.op.http.post(url, data=GRANT, headers=valid).status_code == 200
    # Every one is in the log; the table of records takes no flood.
    lines = [line for line in signet.log.read_text().splitlines() if rp.client.client_id in line]
    assert len([line for line in lines if '"event": "refused"' in line]) >= 500


def test_a_secret_is_kept_as_a_hash_alone_case_059(
    signet: Deployment, browser: Browser, person: Person
) -> None:
    rp = signet.rp()
    rp.log_in(browser, person)
    assert rp.post("token", GRANT).status_code == 200
    tables = [
        name
        for (name,) in signet.sql(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        )
    ]

    def dump(text: str) -> list[str]:
        found = 'SELECT 1 FROM "{}" t WHERE position(%s in to_jsonb(t)::text) > 0'
        return [name for name in tables if signet.sql(found.format(name), text)]

    assert dump(rp.client.secret) == []
    assert dump(seeded.digest_of(rp.client.secret)) == ["oauth_clientsecret"], "positive control"
    exported = signet.manage("export")
    assert rp.client.client_id in exported, "positive control"
    assert rp.client.secret not in exported
    assert seeded.digest_of(rp.client.secret) not in exported
    # Once, when it is made.
    declared = {
        "clients": [
            {
                "client_id": "c_once", "client_name": "Once", "profile": "web",
                "redirect_uris": ["https://rp.test/cb"], "scopes": ["openid"],
                "secrets": [{"label": "first", "generate": True}],
            }
        ]
    }  # fmt: skip
    assert "sgs_" in signet.apply(declared)
    assert "sgs_" not in signet.apply(declared)
    assert "sgs_" not in signet.log.read_text()


def test_what_a_public_client_may_not_do_case_060(
    signet: Deployment, public: RelyingParty, browser: Browser, person: Person
) -> None:
    tokens = public.log_in(browser, person)
    expect.t400(public.post("token", GRANT), "unauthorized_client")
    expect.t401(public.introspect(tokens["access_token"]))
    for secret in ("anything", " "):
        asked, callback = public.sign_in(browser, person)
        for _ in range(2):
            expect.t401(public.redeem(asked, callback, client_secret=secret))
        # Empty counts as omitted (RFC 6749 §3.2).
        assert public.redeem(asked, callback, client_secret="").status_code == 200
    asked, callback = public.sign_in(browser, person)
    data = {
        "grant_type": "authorization_code", "code": callback.code,
        "redirect_uri": asked.params["redirect_uri"], "code_verifier": asked.verifier,
    }  # fmt: skip
    without = public.op.http.post(public.op.url("token"), data=data)
    expect.token_error(without, "invalid_client", "invalid_request", status=without.status_code)
    assert without.status_code in (400, 401)
    assert public.revoke(tokens["access_token"]).status_code == 200
    expect.b401(public.userinfo(tokens["access_token"]))


def test_secrets_overlap_while_they_change_case_061(signet: Deployment) -> None:
    rp = signet.rp()
    old, new, ended = rp.client.secret, seeded.secret_of("new"), seeded.secret_of("ended")
    signet.add_secret(rp.client.client_id, new)
    signet.add_secret(rp.client.client_id, ended, expires_at="2020-01-01T00:00:00Z")
    url = rp.op.url("token")

    def with_secret(secret: str) -> requests.Response:
        headers = {"Authorization": basic(rp.client.client_id, secret)}
        return rp.op.http.post(url, data=GRANT, headers=headers)

    for _ in range(20):
        assert with_secret(old).status_code == with_secret(new).status_code == 200
    expect.t401(with_secret(ended))
    digest = seeded.digest_of(old)
    signet.sql(
        "UPDATE oauth_clientsecret SET expires_at = now() + interval '0.5 s' WHERE digest = %s",
        digest,
    )
    end = time.monotonic() + 0.5 + CACHED + 0.2
    while time.monotonic() < end:
        assert with_secret(new).status_code == 200
    expect.t401(with_secret(old))
    signet.sql(
        "UPDATE oauth_clientsecret SET revoked_at = now() WHERE digest = %s AND client_id = "
        "(SELECT id FROM oauth_client WHERE client_id = %s)",
        seeded.digest_of(new), rp.client.client_id,
    )  # fmt: skip
    time.sleep(CACHED)
    expect.t401(with_secret(new))


def test_a_basic_header_may_be_form_encoded_or_raw(signet: Deployment) -> None:
    """Both are in use (conformance §5.1); they mean the same client."""
    rp = signet.rp()
    raw = f"{rp.client.client_id}:{rp.client.secret}"
    for pair in (raw, raw.replace("_", "%5F")):
        header = f"Basic {base64.b64encode(pair.encode()).decode()}"
        answer = rp.op.http.post(rp.op.url("token"), data=GRANT, headers={"Authorization": header})
        assert answer.status_code == 200
