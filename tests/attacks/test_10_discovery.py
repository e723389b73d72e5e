"""Group 10: discovery and the key set."""

import http.client
import ssl
import time
from urllib.parse import urlsplit

import pytest
from jwcrypto import jwk

from tests.support import expect, jose
from tests.support.browser import Browser
from tests.support.deployment import Deployment
from tests.support.page import Page
from tests.support.people import Person

PLACES = ("openid-configuration", "oauth-authorization-server")


def test_both_documents_agree_and_stay_at_home_case_152(signet: Deployment) -> None:
    documents = [signet.op.http.get(f"{signet.issuer}/.well-known/{one}").json() for one in PLACES]
    assert documents[0] == documents[1]
    found = documents[0]
    assert found["issuer"] == signet.issuer == signet.env["SIGNET_ISSUER"]
    issuer = urlsplit(found["issuer"])
    assert (issuer.scheme, issuer.path, issuer.query, issuer.fragment) == ("https", "", "", "")
    for name, value in found.items():
        if name.endswith(("_endpoint", "_uri")):
            assert value.startswith(f"{signet.issuer}/"), name
    # Nothing of it follows the Host header.
    answer = signet.op.http.get(
        f"{signet.issuer}/.well-known/openid-configuration",
        headers={"Host": "evil.test", "X-Forwarded-Host": "evil.test"},
    )
    assert "evil.test" not in answer.text


def test_what_is_announced_works_and_nothing_else_case_154(
    signet: Deployment, browser: Browser, person: Person
) -> None:
    found = signet.op.metadata
    rp = signet.rp()
    offline = {"scope": "openid offline_access", "prompt": "consent"}
    tokens = rp.log_in(browser, person, **offline)
    grants = {
        "authorization_code": 200,
        "refresh_token": rp.refresh(tokens["refresh_token"]).status_code,
        "client_credentials": rp.post("token", {"grant_type": "client_credentials"}).status_code,
    }
    assert dict.fromkeys(found["grant_types_supported"], 200) == grants
    assert found["response_types_supported"] == ["code"]
    for mode in found["response_modes_supported"]:
        rp.sign_in(browser, person, response_mode=mode)
    for mode in {"query.jwt", "web_message"} - set(found["response_modes_supported"]):
        asked = rp.ask(response_mode=mode)
        assert browser.to_client(browser.open(asked.url)).error == "invalid_request"
    kinds = {
        "client_secret_basic": "basic", "client_secret_post": "post", "private_key_jwt": "key",
        "none": "native",
    }  # fmt: skip
    assert set(found["token_endpoint_auth_methods_supported"]) == set(kinds)
    for kind in kinds.values():
        signet.rp(kind).log_in(signet.op.browser(), person)
    for alg in found["id_token_signing_alg_values_supported"]:
        one = signet.rp(id_token_signed_response_alg=alg)
        jose.verify(one.log_in(browser, person)["id_token"], one.op.jwks(), alg)
    for alg in found["token_endpoint_auth_signing_alg_values_supported"]:
        curve = {
            "ES256": "P-256", "ES384": "P-384", "ES512": "P-521", "EdDSA": "Ed25519",
        }.get(alg)  # fmt: skip
        kind = "RSA" if curve is None else "OKP" if alg == "EdDSA" else "EC"
        size = {"crv": curve} if curve else {"size": 2048}
        key = jwk.JWK.generate(kty=kind, kid="own", **size)
        one = signet.rp("key", jwks=jose.public_set(key))
        claims = {
            "iss": one.client.client_id, "sub": one.client.client_id, "aud": signet.issuer,
            "exp": int(time.time()) + 60, "jti": f"case-154-{alg}-{one.client.client_id}",
        }  # fmt: skip
        assertion = jose.sign(claims, key, alg, kid="own")
        data = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": assertion,
        }
        answered = one.op.http.post(one.op.url("token"), data=data)
        assert answered.status_code == 200, f"{alg}: {answered.text}"
    scopes = set(found["scopes_supported"]) - {"offline_access"}
    answer = rp.log_in(browser, person, " ".join(sorted(scopes)))
    assert set(answer["scope"].split()) == scopes
    told = set(jose.parts(answer["id_token"])[1]) | set(rp.userinfo(answer["access_token"]).json())
    assert set(found["claims_supported"]) <= told
    # A class that a password reaches is told; for the other one a second factor is asked first.
    single, multi = found["acr_values_supported"]
    claims = jose.parts(rp.log_in(browser, person, acr_values=single)["id_token"])[1]
    assert (claims["acr"], claims["amr"]) == (single, ["pwd"])
    _, stop = rp.start(browser, acr_values=multi)
    assert isinstance(stop, Page)
    assert stop.find("set-up-totp") is not None
    assert not {"none", "plain", "RS1", "HS256", "password", "implicit"} & {
        word for value in found.values() if isinstance(value, list) for word in value
        if value is not found["token_endpoint_auth_methods_supported"]
        and value is not found["revocation_endpoint_auth_methods_supported"]
        and value is not found["prompt_values_supported"]
    }  # fmt: skip
    for prompt in set(found["prompt_values_supported"]) - {"none", "create"}:
        rp.sign_in(browser, person, prompt=prompt)
    if "create" in found["prompt_values_supported"]:
        _, stop = rp.start(signet.op.browser(), prompt="create")
        assert isinstance(stop, Page)
        assert urlsplit(stop.url).path == "/register"
    for grant in ("password", "urn:ietf:params:oauth:grant-type:device_code"):
        expect.t400(rp.post("token", {"grant_type": grant}), "unsupported_grant_type")
    for name in ("registration", "device_authorization", "pushed_authorization_request"):
        assert f"{name}_endpoint" not in found
    for path in ("/oauth/register", "/oauth/par", "/oauth/device_authorization"):
        assert signet.op.http.post(f"{signet.issuer}{path}").status_code == 404


def test_the_key_set_holds_public_halves_alone_case_155(signet: Deployment) -> None:
    keys = signet.op.jwks()["keys"]
    assert keys
    for key in keys:
        assert not {"d", "p", "q", "dp", "dq", "qi", "oth", "k"} & set(key)
        assert key["kid"]
        assert key["alg"] in ("RS256", "PS256", "ES256", "EdDSA")
        assert key["use"] == "sig"
        if key["kty"] == "RSA":
            assert len(jose.decode(key["n"])) * 8 >= 2048
        else:
            assert key["crv"] in ("P-256", "P-384", "P-521", "Ed25519")
    # Deleted keys verify old hints and are not published (design §6).
    assert signet.own_keys["deleted RS256"]["kid"] not in {key["kid"] for key in keys}


def test_a_new_key_is_known_before_it_signs_case_156(
    own_signet: Deployment,
) -> None:
    """Published first, for longer than any cache; the old kid stays; no token's kid is unknown."""
    rotating = own_signet
    rp, browser, person = rotating.rp(), rotating.op.browser(), rotating.person()
    max_age, life = 300, 7_776_000
    ours = rotating.own_keys["retired RS256"]["kid"]

    def kids(state: str) -> set[str]:
        found = rotating.sql(
            "SELECT kid FROM oauth_signingkey WHERE alg = 'RS256' AND state = %s AND kid <> %s",
            state, ours,
        )  # fmt: skip
        return {kid for (kid,) in found}

    def age(state: str, column: str, seconds: int) -> str:
        rotating.sql(
            f"UPDATE oauth_signingkey SET {column} = now() - %s * interval '1 s' "
            "WHERE alg = 'RS256' AND state = %s AND kid <> %s",
            seconds, state, ours,
        )  # fmt: skip
        return rotating.manage("rotate_keys")

    (old,) = kids("active")
    assert "nothing to rotate" in rotating.manage("rotate_keys")
    age("active", "activated_at", life - 60)
    (new,) = kids("next")
    assert kids("active") == {old}
    # Old enough to go, but its successor is not yet known to every cache.
    age("active", "activated_at", life + 60)
    age("next", "created_at", max_age + 30)
    assert (kids("next"), kids("active")) == ({new}, {old})
    waiting = rotating.add_process().jwks
    assert {old, new, ours} <= {key["kid"] for key in waiting()["keys"]}
    age("next", "created_at", max_age + 600)
    assert (kids("next"), kids("active"), kids("retired")) == (set(), {new}, {old})
    # A server that knew the keys before goes on; one that starts now signs with the new one.
    late = rotating.add_process()
    for server in (rotating.op, late):
        published = {key["kid"] for key in server.jwks()["keys"]}
        assert old in published
        assert new in published or server is rotating.op
        asked, callback = rp.sign_in(browser, person)
        form = {
            "grant_type": "authorization_code", "code": callback.code,
            "redirect_uri": asked.params["redirect_uri"], "code_verifier": asked.verifier,
        }  # fmt: skip
        answer = server.http.post(
            f"{server.issuer}/oauth/token", data=form, headers=rp.headers()
        ).json()
        kid = jose.parts(answer["id_token"])[0]["kid"]
        # The one that knew the old key goes on with it until it reads the keys again.
        assert kid in ({old, new} if server is rotating.op else {new})
        jose.verify(answer["id_token"], late.jwks(), "RS256")


@pytest.mark.parametrize("path", [*(f".well-known/{place}" for place in PLACES), "jwks"])
def test_headers_of_public_documents_case_158(signet: Deployment, path: str) -> None:
    url = signet.op.metadata["jwks_uri"] if path == "jwks" else f"{signet.issuer}/{path}"
    answer = signet.op.http.get(url, headers={"Origin": "https://evil.test"})
    assert answer.headers["Content-Type"].split(";")[0] == "application/json"
    directives = [part.strip() for part in answer.headers["Cache-Control"].split(",")]
    assert "public" in directives
    (age,) = [int(one.removeprefix("max-age=")) for one in directives if one.startswith("max-age=")]
    assert 0 < age <= 3_600
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    again = signet.op.http.get(url, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    other = signet.op.http.get(url, headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


def test_spellings_of_a_path_reach_no_other_route_case_160(signet: Deployment) -> None:
    canonical = signet.op.http.get(f"{signet.issuer}/.well-known/openid-configuration")
    assert canonical.status_code == 200
    for path in (
        "//.well-known/openid-configuration", "/.well-known/openid-configuration/..;/admin",
        "/.well-known/openid-configuration/%2e%2e/%2e%2e/admin/", "/%2e%2e/admin/",
        "/.WELL-KNOWN/openid-configuration", "/.well-known/openid-configuration/",
        "/.well-known/openid-configuration;x", "/.well-known/openid-configuration%00",
        f"/.well-known/{'x' * 9_000}", "/.well-known//openid-configuration", "/oauth/token/",
        "/oauth/Token", "/.well-known/..%2f..%2fetc/passwd", "/oauth/authorize%2fresume",
    ):  # fmt: skip
        answer = _raw_get(signet, path)
        assert answer in (400, 404, 414), f"{path[:60]}: {answer}"


def _raw_get(signet: Deployment, path: str) -> int:
    """The path exactly as given: no client library tidies it up."""
    context = ssl.create_default_context(cafile=signet.ca)
    connection = http.client.HTTPSConnection(
        "localhost", signet.ports[0], context=context, timeout=10
    )
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def test_webfinger_is_not_offered_case_161(signet: Deployment) -> None:
    """Off means 404 for whoever asks: one answer for existing and missing accounts."""
    answers = set()
    for account in ("alice@localhost", "nobody@localhost"):
        answer = signet.op.http.get(
            f"{signet.issuer}/.well-known/webfinger", params={"resource": f"acct:{account}"}
        )
        answers.add((answer.status_code, Page(answer).document.xpath("string(//h1)")))
    assert {status for status, _ in answers} == {404}
    assert len(answers) == 1
