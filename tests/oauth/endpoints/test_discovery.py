"""The document clients begin with: everything in it is true."""

import pytest

from oauth import client_auth
from oauth.mounts import ENDPOINTS
from oauth.server import GRANTS
from tests.oauth import wire
from tests.oauth.queries import counted

OPENID, OAUTH = "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"


@pytest.mark.django_db
def test_it_costs_no_query() -> None:
    with counted() as statements:
        assert wire.call("GET", OPENID).status == 200
        assert wire.call("OPTIONS", OPENID, ORIGIN="https://x.test").status == 204
    assert not statements


def test_both_addresses_give_the_same_bytes_case_152() -> None:
    assert wire.call("GET", OPENID).body == wire.call("GET", OAUTH).body


def test_the_issuer_is_a_bare_origin_and_everything_lies_under_it_case_152() -> None:
    document = wire.call("GET", OPENID).json
    assert document["issuer"] == "http://localhost:8000"
    paths = {
        value.removeprefix(document["issuer"])
        for name, value in document.items()
        if name.endswith("_endpoint") or name == "jwks_uri"
    }
    assert paths | {OPENID, OAUTH} == set(ENDPOINTS)


def test_it_names_what_is_built_case_154() -> None:
    document = wire.call("GET", OPENID).json
    assert document["grant_types_supported"] == [grant.GRANT_TYPE for grant in GRANTS]
    assert document["token_endpoint_auth_methods_supported"] == list(client_auth.METHODS)
    assert "none" not in document["introspection_endpoint_auth_methods_supported"]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["response_types_supported"] == ["code"]
    assert "RS256" in document["id_token_signing_alg_values_supported"]
    for name, value in document.items():
        if name.endswith("alg_values_supported"):
            assert not {"none", "HS256", "RS1"} & set(value), name


@pytest.mark.spec(
    "RFC 9207",
    "3",
    "authorization_response_iss_parameter_supported indicates whether the authorization server provides the iss parameter.",
)
def test_members_whose_default_would_be_untrue_are_stated() -> None:
    document = wire.call("GET", OPENID).json
    # RFC 8414 §2 and OIDC Discovery §3: absent means true for this one.
    assert document["request_uri_parameter_supported"] is False
    assert document["request_parameter_supported"] is False
    assert document["claims_parameter_supported"] is True
    assert document["authorization_response_iss_parameter_supported"] is True


def test_it_may_be_kept_and_read_by_anybody_case_158() -> None:
    answer = wire.call("GET", OPENID, ORIGIN="https://anybody.test")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    again = wire.call("GET", OPENID, IF_NONE_MATCH=answer.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    assert "Content-Length" not in again.headers
    assert wire.call("GET", OPENID, IF_NONE_MATCH='"other"').status == 200


def test_head_is_get_without_the_body() -> None:
    head, get = wire.call("HEAD", OPENID), wire.call("GET", OPENID)
    assert head.body == b""
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


@pytest.mark.django_db
def test_nothing_is_posted_here() -> None:
    answer = wire.call("POST", OPENID)
    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, HEAD"
