"""Who is the client: exactly one method, the registered one."""

import base64
import json
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from django.utils import timezone
from jwcrypto import jwk
from jwcrypto.common import base64url_encode

from accounts.models import Budget
from oauth import secret_use
from oauth.models import Client, ClientSecret, RequestRecord
from tests.factories import SECRET, add_secret, make_client, make_public_client, make_resource
from tests.oauth import wire
from tests.oauth.queries import counted
from tests.support import jose

pytestmark = pytest.mark.django_db
ISSUER = "http://localhost:8000"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KEY = jose.new_key("EC", crv="P-256", kid="one")


def _raw_basic(text: str | bytes) -> str:
    raw = text if isinstance(text, bytes) else text.encode()
    return "Basic " + base64.b64encode(raw).decode()


def _ask(**form: Any) -> wire.Answer:
    headers = form.pop("headers", {})
    return wire.post("/oauth/token", headers=headers, grant_type="client_credentials", **form)


def _reason() -> str:
    return RequestRecord.objects.latest("id").reason


@pytest.fixture
def client() -> Client:
    return make_client()


@pytest.fixture
def signing() -> Client:
    keys = {"keys": [json.loads(KEY.export_public())]}
    return make_client(token_endpoint_auth_method="private_key_jwt", jwks=keys)


def _claims(client: Client, **over: Any) -> dict[str, Any]:
    now = int(time.time())
    values = {
        "iss": client.client_id,
        "sub": client.client_id,
        "aud": ISSUER,
        "jti": f"j{time.monotonic_ns()}",
        "iat": now,
        "exp": now + 60,
        **over,
    }
    return {name: value for name, value in values.items() if value is not None}


def _assert(assertion: str, **form: Any) -> wire.Answer:
    return _ask(client_assertion=assertion, client_assertion_type=ASSERTION, **form)


# By secret


@pytest.mark.spec(
    "RFC 6749",
    "5.2",
    'The authorization server MUST respond with an HTTP 401 (Unauthorized) status code and include the "WWW-Authenticate" response header field matching the authentication scheme used by the client.',
)
@pytest.mark.parametrize("secret", ["wrong", SECRET + " ", SECRET + "\n", SECRET.upper(), ""])
def test_only_the_very_secret_counts_case_047(client: Client, secret: str) -> None:
    header = {"AUTHORIZATION": _raw_basic(f"{client.client_id}:{secret}")}
    answer = _ask(headers=header)
    assert answer.error == (401, "invalid_client")
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="signet"'
    assert _ask(headers={"AUTHORIZATION": wire.basic(client.client_id)}).status == 200


def test_no_credentials_are_a_failed_authentication_case_047(client: Client) -> None:
    assert _ask(client_id=client.client_id).error == (401, "invalid_client")
    assert _ask(client_id=client.client_id, client_secret="").error == (401, "invalid_client")
    assert _ask().error == (401, "invalid_client")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic é",
        "Bearer x",
        "Basic " + "A" * 9_000,
        _raw_basic(b"\xff\xfe:x"),
        _raw_basic("no colon"),
        _raw_basic("nul\0:x"),
        _raw_basic("%ff:x"),
        _raw_basic(":"),
        "Digest username=x",
    ],
)
def test_a_malformed_header_is_a_failed_authentication(client: Client, header: str) -> None:
    answer = _ask(headers={"AUTHORIZATION": header})
    assert answer.error == (401, "invalid_client")
    assert "WWW-Authenticate" in answer.headers


def test_unknown_and_known_clients_get_the_same_words_case_048(client: Client) -> None:
    known = _ask(headers={"AUTHORIZATION": wire.basic(client.client_id, "wrong")})
    unknown = _ask(headers={"AUTHORIZATION": wire.basic("c_nobody", "wrong")})
    assert known.body == unknown.body
    assert known.status == unknown.status
    assert set(known.headers) == set(unknown.headers)


@pytest.mark.spec(
    "RFC 6749",
    "2.3.1",
    'The client identifier is encoded using the "application/x-www-form-urlencoded" encoding algorithm, and the encoded value is used as the username; the client password likewise.',
)
def test_credentials_may_be_form_encoded_or_not() -> None:
    odd = make_client(client_id="an app", secret=None)
    add_secret(odd, "a+b%20c:d")
    for header in ("an+app:a%2Bb%2520c%3Ad", "an app:a+b%20c:d"):
        assert _ask(headers={"AUTHORIZATION": _raw_basic(header)}).status == 200, header


def test_the_registered_method_is_the_only_one(client: Client) -> None:
    in_body = {"client_id": client.client_id, "client_secret": SECRET}
    assert _ask(**in_body).error == (401, "invalid_client")
    assert _reason() == "method_not_registered"
    posting = make_client(token_endpoint_auth_method="client_secret_post")
    assert _ask(client_id=posting.client_id, client_secret=SECRET).status == 200
    by_header = _ask(headers={"AUTHORIZATION": wire.basic(posting.client_id)})
    assert by_header.error == (401, "invalid_client")


@pytest.mark.spec(
    "RFC 6749",
    "2.3",
    "The client MUST NOT use more than one authentication method in each request.",
)
@pytest.mark.parametrize(
    "extra",
    [
        {"client_secret": SECRET},
        {"client_assertion": "x.y.z", "client_assertion_type": ASSERTION},
    ],
)
def test_two_methods_at_once_are_refused_case_049(client: Client, extra: dict[str, str]) -> None:
    header = {"AUTHORIZATION": wire.basic(client.client_id)}
    assert _ask(headers=header, **extra).error == (400, "invalid_request")


def test_secret_and_assertion_together_are_refused_case_049() -> None:
    both = {"client_secret": "s", "client_assertion": "x.y.z", "client_assertion_type": ASSERTION}
    assert _ask(client_id="c", **both).error == (400, "invalid_request")


def test_a_client_id_that_disagrees_with_the_header_is_refused(client: Client) -> None:
    header = {"AUTHORIZATION": wire.basic(client.client_id)}
    assert _ask(headers=header, client_id="c_other").error == (401, "invalid_client")
    assert _ask(headers=header, client_id=client.client_id).status == 200


def test_a_disabled_client_is_out_within_a_second_case_042(client: Client) -> None:
    Client.objects.update(enabled=False)
    header = {"AUTHORIZATION": wire.basic(client.client_id)}
    assert _ask(headers=header).error == (401, "invalid_client")
    assert _reason() == "client_disabled"


def test_several_secrets_live_side_by_side_case_061(client: Client) -> None:
    now = timezone.now()
    add_secret(client, "new")
    add_secret(client, "expired", expires_at=now)
    add_secret(client, "revoked", revoked_at=now)
    states = {
        secret: _ask(headers={"AUTHORIZATION": wire.basic(client.client_id, secret)}).status
        for secret in (SECRET, "new", "expired", "revoked")
    }
    assert states == {SECRET: 200, "new": 200, "expired": 401, "revoked": 401}


def test_secrets_are_kept_as_digests_only_case_059(client: Client) -> None:
    assert SECRET not in str(ClientSecret.objects.values())


def test_the_last_use_is_noted_in_memory_and_written_later(client: Client) -> None:
    with counted() as statements:
        _ask(headers={"AUTHORIZATION": wire.basic(client.client_id)})
    assert statements["UPDATE"] == 0
    assert secret_use.flush() >= 1
    assert ClientSecret.objects.get(client=client).last_used_at is not None


def test_guessers_are_slowed_and_the_owner_is_not_case_058(client: Client) -> None:
    wrong = {"AUTHORIZATION": wire.basic(client.client_id, "wrong")}
    statuses = [_ask(headers=wrong).status for _ in range(62)]
    assert statuses[:60] == [401] * 60
    assert statuses[-1] == 429
    slowed = _ask(headers=wrong)
    assert int(slowed.headers["Retry-After"]) >= 1
    assert _ask(headers={"AUTHORIZATION": wire.basic(client.client_id)}).status == 200


def test_invented_clients_share_one_budget_a_network(client: Client) -> None:
    for number in range(5):
        _ask(headers={"AUTHORIZATION": wire.basic(f"c_invented{number}", "wrong")})
    keys = Budget.objects.filter(key__startswith="client/").values_list("key", flat=True)
    assert list(keys) == ["client/unknown/198.51.100.0/24"]
    _ask(headers={"AUTHORIZATION": wire.basic(client.client_id, "wrong")})
    assert Budget.objects.filter(key__startswith=f"client/{client.client_id}").count() == 2


# Public clients


def test_a_public_client_names_itself_and_proves_nothing_case_060() -> None:
    public = make_public_client()
    ask = {"token": "x"}
    assert wire.post("/oauth/revoke", client_id=public.client_id, **ask).status == 200
    # Empty counts as omitted (RFC 6749 §3.2); a secret that nobody gave is a wrong one.
    empty = wire.post("/oauth/revoke", client_id=public.client_id, client_secret="", **ask)
    assert empty.status == 200
    guessed = wire.post("/oauth/revoke", client_id=public.client_id, client_secret="x", **ask)
    assert guessed.error == (401, "invalid_client")


# By assertion (RFC 7523 §3)


@pytest.mark.spec(
    "OpenID Connect Core 1.0",
    "9",
    "jti: a unique identifier for the token, which can be used to prevent reuse of the token.",
)
def test_a_signed_assertion_authenticates_once(signing: Client) -> None:
    assertion = jose.sign(_claims(signing), KEY, "ES256", kid="one")
    wire.warm_keys()
    with counted() as statements:
        assert _assert(assertion).status == 200
    assert statements["INSERT"] == 1
    assert _assert(assertion).error == (401, "invalid_client")
    assert _reason() == "assertion_replayed"


@pytest.mark.parametrize("audience", [ISSUER, f"{ISSUER}/oauth/token", [ISSUER]])
def test_the_assertion_is_for_this_server(signing: Client, audience: Any) -> None:
    assertion = jose.sign(_claims(signing, aud=audience), KEY, "ES256")
    assert _assert(assertion, client_id=signing.client_id).status == 200


@pytest.mark.parametrize(
    "audience",
    ["https://other.test", [ISSUER, "https://evil.test"], f"{ISSUER}/oauth/userinfo",
     f"{ISSUER}/", None, [], {}, [[ISSUER]], 7],
)  # fmt: skip
def test_an_assertion_for_others_is_refused_case_053(signing: Client, audience: Any) -> None:
    assertion = jose.sign(_claims(signing, aud=audience), KEY, "ES256")
    assert _assert(assertion).error == (401, "invalid_client")


def _bad_claims(client: Client, now: int) -> dict[str, dict[str, Any]]:
    return {
        "iss is not sub": _claims(client, iss="c_other"),
        "another client": _claims(client, iss="c_other", sub="c_other"),
        "no sub": _claims(client, sub=None),
        "sub is an object": _claims(client, sub={"a": 1}, iss={"a": 1}),
        "sub has NUL": _claims(client, sub="c\0", iss="c\0"),
        "sub is half a surrogate": _claims(client, sub="\ud800", iss="\ud800"),
        "no exp": _claims(client, exp=None),
        "exp past": _claims(client, exp=now - 300),
        "exp in ten years": _claims(client, exp=now + 315_360_000),
        "exp as text": _claims(client, exp=str(now + 60)),
        "exp NaN": _claims(client, exp=float("nan")),
        "exp infinite": _claims(client, exp=float("inf")),
        "exp true": _claims(client, exp=True),
        "exp past by a fraction": _claims(client, exp=now - 10.5),
        "exp too late by a fraction": _claims(client, exp=now + 3_610.5),
        "iat NaN": _claims(client, iat=float("nan")),
        "iat ahead with a fraction": _claims(client, iat=now + 3_600.5),
        "nbf ahead": _claims(client, nbf=now + 600),
        "iat ahead": _claims(client, iat=now + 3_600),
        "no jti": _claims(client, jti=None),
        "jti is a number": _claims(client, jti=7),
        "jti empty": _claims(client, jti=""),
    }


@pytest.mark.parametrize("fault", list(_bad_claims(Client(), 0)))
def test_claims_that_are_wrong_are_refused_case_056(signing: Client, fault: str) -> None:
    claims = _bad_claims(signing, int(time.time()))[fault]
    assertion = jose.sign(json.dumps(claims), KEY, "ES256", kid="one")
    assert _assert(assertion).error == (401, "invalid_client"), fault


@pytest.mark.spec("RFC 7519", "2", "Non-integer values can be represented.")
def test_times_may_have_a_fraction(signing: Client) -> None:
    now = int(time.time())
    claims = _claims(signing, exp=now + 60.5, iat=now - 0.5, nbf=now - 1.25)
    assert _assert(jose.sign(claims, KEY, "ES256")).status == 200


def test_a_clock_eight_seconds_ahead_is_tolerated(signing: Client) -> None:
    ahead = int(time.time()) + 8
    assertion = jose.sign(_claims(signing, nbf=ahead, iat=ahead), KEY, "ES256")
    assert _assert(assertion).status == 200


def _signed_by_hand(head: dict[str, Any], claims: dict[str, Any]) -> str:
    """A header that jwcrypto refuses to sign, under a signature that is right."""
    text = f"{base64url_encode(json.dumps(head))}.{base64url_encode(json.dumps(claims))}"
    private = serialization.load_pem_private_key(KEY.export_to_pem(True, None), None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    r, s = decode_dss_signature(private.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{text}.{base64url_encode(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def test_signing_by_hand_is_right_otherwise(signing: Client) -> None:
    assert _assert(_signed_by_hand({"alg": "ES256"}, _claims(signing))).status == 200


def _bad_signatures(client: Client) -> dict[str, str]:
    claims = _claims(client)
    good = jose.sign(claims, KEY, "ES256", kid="one")
    head, payload, signature = good.split(".")
    secret = jwk.JWK(kty="oct", k=base64url_encode(KEY.export_to_pem()))
    own = jose.new_key("EC", crv="P-256", kid="one")
    listed = base64url_encode('{"alg": []}')
    return {
        "none": jose.sign(claims, None, "none"),
        "None": jose.sign(claims, None, "None"),
        "nOnE": jose.sign(claims, None, "nOnE"),
        "HS256 with the public key": jose.sign(claims, secret, "HS256", kid="one"),
        "tampered": jose.tamper(good),
        "no signature": f"{head}.{payload}.",
        "two parts": f"{head}.{payload}",
        "four parts": f"{good}.x",
        "another key": jose.sign(claims, own, "ES256", kid="one"),
        "embedded key": jose.sign(claims, own, "ES256", jwk=json.loads(own.export_public())),
        "unknown kid": jose.sign(claims, KEY, "ES256", kid="../../dev/null"),
        "kid of 10 kB": jose.sign(claims, KEY, "ES256", kid="k" * 5_000),
        "kid is an object": jose.sign(claims, KEY, "ES256", kid={"a": 1}),
        "crit unknown": _signed_by_hand({"alg": "ES256", "crit": ["x"], "x": 1}, claims),
        "crit empty": _signed_by_hand({"alg": "ES256", "crit": []}, claims),
        "unencoded payload": _signed_by_hand(
            {"alg": "ES256", "crit": ["b64"], "b64": False}, claims
        ),
        "payload is a list": jose.sign("[1]", KEY, "ES256"),
        "payload is text": jose.sign("x", KEY, "ES256"),
        "deep payload": jose.sign("[" * 3_000 + "]" * 3_000, KEY, "ES256"),
        "header is a list": f"{base64url_encode('[]')}.{payload}.{signature}",
        "header is text": f"{base64url_encode('{')}.{payload}.{signature}",
        "header is null": f"{base64url_encode('null')}.{payload}.{signature}",
        "no alg": f"{base64url_encode('{}')}.{payload}.{signature}",
        "alg is a list": f"{listed}.{payload}.{signature}",
        "dots": "...",
        "not base64": "é.ü.ä",
    }


def test_signatures_that_are_wrong_are_refused_case_055(signing: Client) -> None:
    for name, assertion in _bad_signatures(signing).items():
        assert _assert(assertion).error == (401, "invalid_client"), name
    assert _assert(jose.sign(_claims(signing), KEY, "ES256", kid="one")).status == 200


def test_a_weak_rsa_key_counts_for_nothing_case_055() -> None:
    weak = jose.new_key("RSA", size=1024)
    keys = {"keys": [json.loads(weak.export_public())]}
    client = make_client(token_endpoint_auth_method="private_key_jwt", jwks=keys)
    assert _assert(jose.sign(_claims(client), weak, "RS256")).error == (401, "invalid_client")
    assert _reason() == "assertion_key"


def test_the_assertion_type_must_be_named(signing: Client) -> None:
    assertion = jose.sign(_claims(signing), KEY, "ES256")
    assert _ask(client_assertion=assertion).error == (400, "invalid_request")
    other = {"client_assertion": assertion, "client_assertion_type": "urn:x"}
    assert _ask(**other).error == (400, "invalid_request")


def test_a_client_id_that_disagrees_with_the_assertion_is_refused(signing: Client) -> None:
    assertion = jose.sign(_claims(signing), KEY, "ES256")
    assert _assert(assertion, client_id="c_other").error == (401, "invalid_client")


def test_secrets_do_not_work_where_a_key_is_registered(signing: Client) -> None:
    add_secret(signing, SECRET)
    header = {"AUTHORIZATION": wire.basic(signing.client_id)}
    assert _ask(headers=header).error == (401, "invalid_client")


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/introspect", "/oauth/revoke"])
def test_every_endpoint_authenticates_by_the_same_code(path: str, client: Client) -> None:
    make_resource()
    wrong = {"AUTHORIZATION": wire.basic(client.client_id, "wrong")}
    form = {"grant_type": "client_credentials", "token": "x"}
    assert wire.post(path, headers=wrong, **form).error == (401, "invalid_client")
    right = {"AUTHORIZATION": wire.basic(client.client_id)}
    assert wire.post(path, headers=right, **form).status == 200
