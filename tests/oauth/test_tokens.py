"""Tokens are opened in one place, and only as what they are."""

import json
import time
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from jwcrypto import jwk

from oauth import keys, opaque, tokens
from oauth.models import Client, SigningKey
from tests.factories import code_of, make_authorization, make_client, make_resource
from tests.oauth import wire
from tests.support import jose

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return make_client()


@pytest.fixture
def given(client: Client) -> dict[str, str]:
    found: dict[str, str] = wire.redeem(client, code_of(make_authorization(client))).json
    return found


def _opens(text: str) -> bool:
    return tokens.open_access_token(text, timezone.now()) is not None


def _ours(alg: str = "ES256") -> tuple[jwk.JWK, str]:
    """Our own private key, as somebody who stole it would have it."""
    row = SigningKey.objects.get(alg=alg, state="active")
    return jwk.JWK(**{**row.private_jwk, "kid": row.kid}), row.kid


def _claims(text: str, **over: Any) -> dict[str, Any]:
    return {**jose.parts(text)[1], **over}


def _signed(claims: dict[str, Any], **head: Any) -> str:
    key, kid = _ours()
    return jose.sign(claims, key, "ES256", **{"kid": kid, "typ": "at+jwt", **head})


def test_the_forgeries_below_would_open_if_they_were_right(given: dict[str, str]) -> None:
    assert _opens(given["access_token"])
    assert _opens(_signed(_claims(given["access_token"])))


@pytest.mark.spec(
    "RFC 9068",
    "4",
    'The resource server MUST verify that the "typ" header value is "at+jwt" or "application/at+jwt" and reject tokens carrying any other value.',
)
@pytest.mark.parametrize("typ", ["JWT", "dpop+jwt", "logout+jwt", "AT+JWT", ""])
def test_another_type_is_no_access_token_case_096(given: dict[str, str], typ: str) -> None:
    assert not _opens(_signed(_claims(given["access_token"]), typ=typ))


@pytest.mark.parametrize(
    "over",
    [
        {"iss": "https://evil.test"},
        {"iss": "http://localhost:8000/"},
        {"iss": None},
        {"exp": None},
        {"exp": "2999999999"},
        {"exp": 1},
        {"jti": None},
        {"jti": 7},
        {"jti": "x"},
        {"jti": "k1.AAAA"},
        {"nbf": 2_999_999_999},
    ],
)
def test_claims_that_are_wrong_open_nothing_case_102(
    given: dict[str, str], over: dict[str, Any]
) -> None:
    assert not _opens(_signed(_claims(given["access_token"], **over)))


def test_the_key_decides_the_algorithm_and_the_header_does_not_case_086(
    given: dict[str, str],
) -> None:
    claims = _claims(given["access_token"])
    key, kid = _ours()
    public = key.export_to_pem()
    symmetric = jwk.JWK(kty="oct", k=jose.base64url_encode(public))
    own = jose.new_key("EC", kid=kid)
    head = {"kid": kid, "typ": "at+jwt"}
    forged = [
        jose.sign(claims, None, "none", **head),
        jose.sign(claims, symmetric, "HS256", **head),
        jose.sign(claims, own, "ES256", **head),
        jose.sign(claims, own, "ES256", **head, jwk=json.loads(own.export_public())),
        jose.sign(claims, key, "ES256", typ="at+jwt"),
        jose.sign(claims, key, "ES256", typ="at+jwt", kid="../../dev/null"),
        jose.sign(claims, key, "ES256", typ="at+jwt", kid=_ours("RS256")[1]),
        jose.sign(claims, key, "ES256", typ="at+jwt", kid="k" * 10_000),
        jose.tamper(given["access_token"]),
    ]
    assert [number for number, text in enumerate(forged) if _opens(text)] == []


def test_another_epoch_ends_every_token(
    given: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    restored = settings.SIGNET.model_copy(update={"epoch": settings.SIGNET.epoch + 1})
    monkeypatch.setattr(settings, "SIGNET", restored)
    assert not _opens(given["access_token"])


def test_an_opaque_token_says_the_same_and_shows_nothing() -> None:
    api = make_resource(token_format="opaque")
    machine = make_client(default_resource=api)
    text = wire.token(machine, "client_credentials").json["access_token"]
    assert "." not in text.removeprefix(opaque.ACCESS).partition(".")[2]
    found = tokens.open_access_token(text, timezone.now())
    assert found is not None
    assert found.audience == api.identifier
    assert found.claims["sub"] == machine.client_id
    assert not _opens(text + "A")


def test_claims_of_the_api_never_speak_for_the_protocol() -> None:
    api = make_resource(claims=["email", "aud", "sub", "scope", "department"])
    client = make_client()
    row = make_authorization(client, scopes=["orders.read"], resources=[api.identifier])
    row.user.attributes = {"aud": "https://evil.test", "scope": "orders.write", "department": "x"}
    row.user.save()
    given = wire.redeem(client, code_of(row), resource=api.identifier).json
    claims = jose.parts(given["access_token"])[1]
    assert claims["aud"] == api.identifier
    assert claims["sub"] == row.subject.sub
    assert claims["scope"] == "orders.read"
    assert claims["email"] == row.user.email
    assert claims["department"] == "x"


def test_attributes_never_make_up_what_the_protocol_left_out() -> None:
    names = ["cnf", "nonce", "act", "azp"]
    api = make_resource(claims=names)
    client = make_client()
    asked = {"id_token": dict.fromkeys(names), "userinfo": dict.fromkeys(names)}
    row = make_authorization(
        client, scopes=["openid", "orders.read"], resources=[api.identifier], claims_request=asked
    )
    row.user.attributes = dict.fromkeys(names, "forged")
    row.user.save()
    given = wire.redeem(client, code_of(row), resource=api.identifier).json
    assert "forged" not in str(jose.parts(given["access_token"]))
    assert "forged" not in str(jose.parts(given["id_token"]))


def test_a_hint_is_an_id_token_of_ours_expired_or_not_case_192(given: dict[str, str]) -> None:
    expired = _claims(given["id_token"], exp=int(time.time()) - 1_000_000)
    key, kid = _ours("RS256")
    found = tokens.open_id_token_hint(jose.sign(expired, key, "RS256", kid=kid, typ="JWT"))
    assert found is not None
    assert found["sub"] == expired["sub"]


def test_a_hint_that_is_something_else_counts_for_nothing_case_191(given: dict[str, str]) -> None:
    claims = _claims(given["id_token"])
    key, kid = _ours("RS256")
    foreign = jose.new_key("RSA", kid=kid)
    for text in (
        given["access_token"],
        jose.sign(claims, None, "none", kid=kid, typ="JWT"),
        jose.sign(claims, foreign, "RS256", kid=kid, typ="JWT"),
        jose.sign({**claims, "iss": "https://evil.test"}, key, "RS256", kid=kid, typ="JWT"),
        jose.sign({**claims, "aud": [claims["aud"]]}, key, "RS256", kid=kid, typ="JWT"),
        jose.sign({**claims, "sub": 7}, key, "RS256", kid=kid, typ="JWT"),
        "x",
        "x" * 100_000,
        "é.é.é",
        "...",
    ):
        assert tokens.open_id_token_hint(text) is None, text[:40]


@pytest.mark.spec(
    "OpenID Connect Core 1.0",
    "3.1.3.6",
    "at_hash is the base64url encoding of the left-most half of the hash of the octets of the ASCII representation of the access_token value.",
)
@pytest.mark.parametrize("alg", keys.ALGORITHMS)
def test_at_hash_fits_the_algorithm_case_099(alg: str) -> None:
    client = make_client(id_token_signed_response_alg=alg)
    given = wire.redeem(client, code_of(make_authorization(client))).json
    claims = jose.verify(given["id_token"], wire.published_keys(), alg)
    assert claims["at_hash"] == jose.half_hash(alg, given["access_token"])
