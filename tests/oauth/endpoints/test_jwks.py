"""The key set: public halves only, made beforehand."""

import pytest

from oauth.models import SigningKey
from tests.oauth import wire
from tests.oauth.queries import counted

pytestmark = pytest.mark.django_db
PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}


def test_a_warm_process_asks_the_database_nothing() -> None:
    wire.warm_keys()
    with counted() as statements:
        assert wire.call("GET", "/oauth/jwks").status == 200
    assert not statements


def test_every_key_says_what_it_is_and_nothing_private_case_155() -> None:
    keys = wire.published_keys()["keys"]
    assert {key["alg"] for key in keys} == {"RS256", "ES256", "PS256", "EdDSA"}
    assert len({key["kid"] for key in keys}) == len(keys)
    for key in keys:
        assert key["use"] == "sig"
        assert not PRIVATE & set(key)
        assert key["kty"] in ("RSA", "EC", "OKP")
        if key["kty"] == "RSA":
            assert len(key["n"]) >= 342  # 2048 bits


def test_private_halves_are_sealed_in_the_database() -> None:
    wire.published_keys()
    raw = str(list(SigningKey.objects.values_list("private_jwk", flat=True)))
    assert '"d"' not in raw
    assert '"kty"' not in raw and "'kty'" not in raw


def test_it_may_be_kept_for_less_time_than_a_new_key_waits_case_158() -> None:
    answer = wire.call("GET", "/oauth/jwks", ORIGIN="https://anybody.test")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Content-Type"] == "application/json"
    again = wire.call("GET", "/oauth/jwks", IF_NONE_MATCH=answer.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    # A proxy that compresses weakens the tag.
    weak = wire.call("GET", "/oauth/jwks", IF_NONE_MATCH="W/" + answer.headers["ETag"])
    assert (weak.status, weak.body) == (304, b"")
    assert wire.call("GET", "/oauth/jwks", IF_NONE_MATCH='"another"').status == 200
