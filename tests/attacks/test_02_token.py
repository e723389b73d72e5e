"""Group 2: the token endpoint. Race figures of 029 are in tests/races."""

import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
import requests

from tests.support import expect, jose
from tests.support.browser import Browser
from tests.support.deployment import Deployment
from tests.support.people import Person
from tests.support.rp import OMIT, RelyingParty

OFFLINE = {"scope": "openid offline_access", "prompt": "consent"}


def test_a_code_is_spent_once_case_029(rp: RelyingParty, browser: Browser, person: Person) -> None:
    """Forty codes, two at once each, and one that fifty want; over two processes in races/."""
    for number in (*[2] * 40, 50):
        asked, callback = rp.sign_in(browser, person)
        barrier = threading.Barrier(number)

        def redeem(_: int) -> requests.Response:
            barrier.wait()  # noqa: B023 - used before the next round
            return rp.redeem(asked, callback)  # noqa: B023

        with ThreadPoolExecutor(number) as pool:
            answers = list(pool.map(redeem, range(number)))
        assert sorted(one.status_code for one in answers) == [200, *[400] * (number - 1)]
        for lost in (one for one in answers if one.status_code == 400):
            expect.t400(lost, "invalid_grant")


@pytest.mark.parametrize("later", [1, 30])
def test_a_replayed_code_revokes_what_it_gave_case_030(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person, later: int
) -> None:
    asked, callback = rp.sign_in(browser, person, **OFFLINE)
    tokens = rp.tokens(asked, callback)
    assert rp.is_active(tokens["access_token"])
    assert rp.is_active(tokens["refresh_token"])
    signet.sql(
        "UPDATE oauth_authorization SET code_redeemed_at = code_redeemed_at - %s * interval '1 s' "
        "WHERE nonce = %s",
        later, asked.params["nonce"],
    )  # fmt: skip
    expect.t400(rp.redeem(asked, callback), "invalid_grant")
    expect.inactive(rp.introspect(tokens["access_token"]))
    expect.inactive(rp.introspect(tokens["refresh_token"]))
    expect.b401(rp.userinfo(tokens["access_token"]))
    expect.t400(rp.refresh(tokens["refresh_token"]), "invalid_grant")


def test_an_invalid_replay_revokes_nothing(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    """Positive control of case 030: whoever merely saw the code cannot end anybody's access."""
    asked, callback = rp.sign_in(browser, person, **OFFLINE)
    tokens = rp.tokens(asked, callback)
    expect.t400(rp.redeem(asked, callback, code_verifier="x" * 43), "invalid_grant")
    expect.t400(signet.rp().redeem(asked, callback), "invalid_grant")
    assert rp.is_active(tokens["access_token"])
    assert rp.refresh(tokens["refresh_token"]).status_code == 200


def test_a_code_belongs_to_its_client_case_033(
    signet: Deployment, rp: RelyingParty, public: RelyingParty, browser: Browser, person: Person
) -> None:
    c2, p2 = signet.rp(), signet.rp("native")
    for owner, thief in ((rp, c2), (public, p2), (rp, p2), (public, rp)):
        asked, callback = owner.sign_in(browser, person)
        expect.t400(thief.redeem(asked, callback), "invalid_grant")
        assert owner.redeem(asked, callback).status_code == 200, "the owner lost by it"


def test_redirect_uri_is_the_one_of_the_request_case_034(
    signet: Deployment, browser: Browser, person: Person
) -> None:
    a, b = "https://rp.test/cb", "https://rp.test/cb2"
    rp = signet.rp(redirect_uris=[a, b])
    asked, callback = rp.sign_in(browser, person, redirect_uri=a)
    for wrong in (b, f"{a}/", "https://RP.test/cb", OMIT, ""):
        expect.t400(
            rp.redeem(asked, callback, redirect_uri=wrong), "invalid_grant", "invalid_request"
        )
    assert rp.redeem(asked, callback).status_code == 200


def test_a_code_lives_a_minute_case_035(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    asked, callback = rp.sign_in(browser, person)
    ((lifetime,),) = signet.sql(
        "SELECT extract(epoch FROM code_expires_at - created_at) FROM oauth_authorization "
        "WHERE nonce = %s",
        asked.params["nonce"],
    )
    assert 0 < lifetime <= 60
    move = "UPDATE oauth_authorization SET code_expires_at = now() + %s * interval '1 s' WHERE nonce = %s"
    signet.sql(move, -1, asked.params["nonce"])
    expect.t400(rp.redeem(asked, callback), "invalid_grant")
    signet.sql(move, 1.5, asked.params["nonce"])
    assert rp.redeem(asked, callback).status_code == 200


def test_the_query_is_never_read_case_036(
    rp: RelyingParty, browser: Browser, person: Person
) -> None:
    asked, callback = rp.sign_in(browser, person)
    form = {
        "grant_type": "authorization_code",
        "code": callback.code,
        "redirect_uri": asked.params["redirect_uri"],
        "code_verifier": asked.verifier,
    }
    everything = {**form, "client_id": rp.client.client_id, "client_secret": rp.client.secret}
    url = rp.op.url("token")
    got = rp.op.http.get(url, params=everything)
    assert got.status_code == 405
    assert got.headers["Allow"] == "POST"
    posted = rp.op.http.post(f"{url}?{urlencode(everything)}")
    expect.t400(posted, "invalid_request")
    for name in ("code", "grant_type", "code_verifier"):
        rest = {key: value for key, value in form.items() if key != name}
        answer = rp.op.http.post(
            f"{url}?{urlencode({name: form[name]})}", data=rest, headers=rp.headers()
        )
        expect.t400(answer, "invalid_request", "invalid_grant")
    in_query = {"client_id": rp.client.client_id, "client_secret": rp.client.secret}
    answer = rp.op.http.post(f"{url}?{urlencode(in_query)}", data=form)
    assert answer.status_code in (400, 401)
    assert answer.json()["error"] in ("invalid_request", "invalid_client")
    assert rp.redeem(asked, callback).status_code == 200


@pytest.mark.parametrize(
    "name", ["grant_type", "code", "client_id", "scope", "refresh_token", "code_verifier", "foo"]
)
def test_no_parameter_twice_case_037(
    rp: RelyingParty, browser: Browser, person: Person, name: str
) -> None:
    asked, callback = rp.sign_in(browser, person)
    form = [
        ("grant_type", "authorization_code"),
        ("code", callback.code),
        ("redirect_uri", asked.params["redirect_uri"]),
        ("code_verifier", asked.verifier),
        ("client_id", rp.client.client_id),
    ]
    value = dict(form).get(name, "openid")
    twice = [*form, (name, value)] if name in dict(form) else [*form, (name, value), (name, "x")]
    expect.t400(rp.post("token", twice), "invalid_request")
    assert rp.post("token", form).status_code == 200


def test_grants_that_do_not_exist_or_are_not_ours_case_039(
    signet: Deployment, rp: RelyingParty
) -> None:
    for grant in (
        "password", "implicit", "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:ietf:params:oauth:grant-type:jwt-bearer", "AUTHORIZATION_CODE", "unknown", "code",
        "urn:ietf:params:oauth:grant-type:saml2-bearer", "client_credentials ", "%00",
    ):  # fmt: skip
        answer = rp.post(
            "token", {"grant_type": grant, "username": "alice", "password": "x", "assertion": "x"}
        )
        expect.t400(answer, "unsupported_grant_type")
    for grant in ("", OMIT):
        expect.t400(rp.post("token", {"grant_type": grant}), "invalid_request")
    machine = signet.rp("machine")
    for grant in ("authorization_code", "refresh_token"):
        data = {"grant_type": grant, "code": "x", "refresh_token": "x", "redirect_uri": "x"}
        expect.t400(machine.post("token", data), "unauthorized_client")
    without = signet.rp(grant_types=["authorization_code"])
    expect.t400(without.post("token", {"grant_type": "client_credentials"}), "unauthorized_client")
    assert machine.post("token", {"grant_type": "client_credentials"}).status_code == 200


def test_a_client_has_no_persons_scopes_case_040(signet: Deployment) -> None:
    machine = signet.rp("machine", scopes=["orders.read", "openid", "profile", "offline_access"])
    grant = {"grant_type": "client_credentials"}
    for scope in (
        "openid profile offline_access", "openid", "roles", "orders.write", "stock.read",
        "orders.read openid", "orders.admin", "nonsense", "orders.read  stock.read",
    ):  # fmt: skip
        expect.t400(machine.post("token", {**grant, "scope": scope}), "invalid_scope")
    for scope in ("orders.read", OMIT):
        answer = machine.post("token", {**grant, "scope": scope})
        assert answer.status_code == 200
        found = answer.json()
        assert found["scope"] == "orders.read"
        assert not {"id_token", "refresh_token"} & set(found)
        _, claims = jose.parts(found["access_token"])
        assert claims["sub"] == claims["client_id"] == machine.client.client_id


def test_a_disabled_client_is_out_at_once_case_042(
    signet: Deployment, browser: Browser, person: Person
) -> None:
    def change(rp: RelyingParty, statement: str) -> None:
        if statement == delete:
            signet.manage("shell", "-c", delete.format(rp.client.client_id))
        else:
            signet.sql(statement, rp.client.client_id)
        # A client is cached for a second, in every process (design §6).
        threading.Event().wait(1.1)

    disable = "UPDATE oauth_client SET enabled = false WHERE client_id = %s"
    rotate = (
        "UPDATE oauth_clientsecret SET revoked_at = now() WHERE client_id = "
        "(SELECT id FROM oauth_client WHERE client_id = %s)"
    )
    delete = "from oauth.models import Client; Client.objects.get(client_id='{}').delete()"
    for statement in (disable, rotate, delete):
        rp = signet.rp()
        tokens = rp.log_in(browser, person, **OFFLINE)
        asked, callback = rp.sign_in(browser, person)
        assert rp.is_active(tokens["access_token"])
        change(rp, statement)
        expect.t401(rp.redeem(asked, callback))
        expect.t401(rp.refresh(tokens["refresh_token"]))
        expect.t401(rp.introspect(tokens["access_token"]))
        if statement != rotate:
            expect.b401(rp.userinfo(tokens["access_token"]))


def test_every_answer_is_json_and_never_kept_case_043(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    asked, callback = rp.sign_in(browser, person)
    answers = [
        rp.redeem(asked, callback),
        rp.redeem(asked, callback),
        rp.post("token", {"grant_type": "password"}),
        rp.post("token", {}),
        rp.op.http.get(rp.op.url("token")),
        rp.op.http.post(rp.op.url("token"), data={"grant_type": "client_credentials"}),
        rp.op.http.post(rp.op.url("token"), json={"grant_type": "client_credentials"}),
        rp.post(
            "token", {"grant_type": "client_credentials"}, headers={"Origin": "https://evil.test"}
        ),
    ]
    assert {answer.status_code for answer in answers} == {200, 400, 401, 405}
    for answer in answers:
        assert answer.headers["Content-Type"] == "application/json"
        assert "no-store" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_nobody_gets_anybody_elses_tokens_case_046(signet: Deployment, rp: RelyingParty) -> None:
    flows = []
    for _ in range(20):
        browser, person = signet.op.browser(), signet.person()
        sub = jose.parts(rp.log_in(browser, person)["id_token"])[1]["sub"]
        flows += [(sub, *rp.sign_in(browser, None)) for _ in range(10)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda flow: rp.redeem(*flow[1:]).json(), flows))
    jwks = rp.op.jwks()
    for (sub, asked, _), answer in zip(flows, answers, strict=True):
        claims = jose.verify(answer["id_token"], jwks, "RS256")
        assert claims["sub"] == sub
        assert claims["nonce"] == asked.params["nonce"]
        assert claims["at_hash"] == jose.half_hash("RS256", answer["access_token"])
        assert jose.parts(answer["access_token"])[1]["sub"] == sub
