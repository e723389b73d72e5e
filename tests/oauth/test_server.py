"""The assembly: what is switched on, and what of Authlib is not used."""

import pytest
from authlib.oauth2.rfc6749.hooks import Hookable

from oauth.models import RequestRecord
from oauth.server import GRANTS, server
from tests.factories import make_client
from tests.oauth import wire

pytestmark = pytest.mark.django_db


def test_no_grant_and_no_server_has_hooks() -> None:
    """Authlib's hooks run in no defined order; extensions here are called by name."""
    for hookable in (server, *(grant(None, server) for grant in GRANTS)):
        if isinstance(hookable, Hookable):
            assert not any(hookable._hooks.values()), hookable


@pytest.mark.parametrize(
    "grant_type",
    ["password", "implicit", "AUTHORIZATION_CODE", "authorization_code ", "é", '"', "x" * 8_000,
     "urn:ietf:params:oauth:grant-type:token-exchange",
     "urn:ietf:params:oauth:grant-type:device_code"],
)  # fmt: skip
def test_what_is_not_built_is_unsupported_case_039(grant_type: str) -> None:
    answer = wire.token(make_client(), grant_type)
    assert answer.error == (400, "unsupported_grant_type")
    assert RequestRecord.objects.get().reason == "grant_type_unknown"


def test_authentication_comes_before_the_grant_type() -> None:
    assert wire.token(None, "password").error == (401, "invalid_client")


def test_no_grant_type_is_an_invalid_request() -> None:
    client = make_client()
    assert wire.token(client).error == (400, "invalid_request")
    assert wire.token(client, "").error == (400, "invalid_request")


def test_unknown_and_empty_parameters_are_ignored_case_028() -> None:
    client = make_client(grant_types=["client_credentials"])
    odd = {"unknown": "x", "scope": "", "resource": "", "code": "", "prompt": "none"}
    assert wire.token(client, "client_credentials", **odd).status == 200


def test_a_client_without_a_grant_is_unauthorized_case_039() -> None:
    client = make_client(profile="machine", grant_types=["authorization_code"])
    for grant in GRANTS:
        answer = wire.token(client, grant.GRANT_TYPE, code="x", refresh_token="x")
        assert answer.error == (400, "unauthorized_client"), grant
    reasons = RequestRecord.objects.values_list("reason", flat=True).distinct()
    assert list(reasons.order_by()) == ["grant_type_not_registered"]


def test_a_code_is_asked_for() -> None:
    assert wire.token(make_client(), "authorization_code").error == (400, "invalid_request")
    assert RequestRecord.objects.get().reason == "code_missing"


@pytest.mark.parametrize("status", [200, 400, 401])
def test_every_answer_is_json_and_never_kept_case_043(status: int) -> None:
    client = make_client(grant_types=["client_credentials"])
    answer = {
        200: lambda: wire.token(client, "client_credentials"),
        400: lambda: wire.token(client, "x"),
        401: lambda: wire.token(None, "x"),
    }[status]()
    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Pragma"] == "no-cache"
    assert "Set-Cookie" not in answer.headers
