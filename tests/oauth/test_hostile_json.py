"""JSON that parses and is nothing anybody meant: refused, never a crash."""

import base64

import pytest

from oauth.authorization_request.claims import _parse
from oauth.errors import InvalidRequest
from tests.oauth import wire

pytestmark = pytest.mark.django_db(transaction=True)


def _jws(header: str) -> str:
    parts = (header, '{"sub":"a","iss":"a"}')
    encoded = [base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, "AAAA"])


@pytest.mark.parametrize("header", ['["alg"]', '"alg"', "null", "1", "[]"])
def test_a_header_that_is_no_object_is_a_broken_token_case_094(header: str) -> None:
    assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    refused = wire.post(
        "/oauth/token",
        grant_type="client_credentials",
        client_assertion=_jws(header),
        client_assertion_type=assertion_type,
    )
    assert refused.status == 401
    refused = wire.post("/oauth/userinfo", access_token=_jws(header))
    assert refused.status == 401


@pytest.mark.parametrize(
    "text",
    [
        '{"id_token":{"sub":{"value":"\\u0000"}}}',
        '{"id_token":{"sub":{"value":"\\ud800"}}}',
        '{"userinfo":{"email":{"values":["\\u0000"]}}}',
        '{"userinfo":{"\\ud800":null}}',
        '{"userinfo":{"email":{"x":1e400}}}',
        '{"userinfo":{"email":{"x":NaN}}}',
        '{"userinfo":{},"userinfo":{}}',
        "[]",
    ],
)
def test_a_claims_request_that_no_database_keeps_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest):
        _parse(text)


def test_an_ordinary_claims_request_is_read() -> None:
    text = '{"userinfo":{"email":{"essential":true},"name":null}}'
    assert _parse(text) == {"userinfo": {"email": {"essential": True}, "name": None}}
