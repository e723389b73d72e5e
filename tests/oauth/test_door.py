"""Whatever happens inside an endpoint, the answer is one the specifications know."""

import json
from unittest import mock

import pytest
import structlog
from django.db import InterfaceError, OperationalError, connection
from django.test import Client as Browser

from oauth import cors
from oauth.door import Endpoint, endpoint, run
from oauth.errors import InvalidGrant
from oauth.models import Client, RequestRecord, UsedJti, request_record
from oauth.mounts import ENDPOINTS
from oauth.protocol_request import ProtocolRequest
from oauth.protocol_response import ProtocolResponse, json_response
from tests.factories import make_client
from tests.oauth import wire

pytestmark = pytest.mark.django_db
POSTED = ("/oauth/token", "/oauth/introspect", "/oauth/revoke")


@pytest.fixture(autouse=True)
def _no_origin_known() -> None:
    cors.forget()


def _request(method: str = "POST") -> ProtocolRequest:
    return ProtocolRequest(method, "/x", (), (), {}, "198.51.100.7")


def _endpoint(failure: Exception | None, *, cors: str = "") -> Endpoint:
    @endpoint(methods=("POST",), database=True, cors=cors)
    def handle(request: ProtocolRequest) -> ProtocolResponse:
        UsedJti.objects.create(digest=b"1" * 32, expires_at="2030-01-01T00:00Z")
        if failure is not None:
            raise failure
        return json_response({})

    return handle


def test_an_answer_commits_what_the_endpoint_did() -> None:
    assert run(_endpoint(None), _request()).status == 200
    assert UsedJti.objects.exists()


def test_a_refusal_commits_too_and_leaves_a_record() -> None:
    answer = run(_endpoint(InvalidGrant("some_reason", "No")), _request())
    assert answer.status == 400
    assert json.loads(answer.body) == {"error": "invalid_grant", "error_description": "No"}
    assert UsedJti.objects.exists()
    kept = RequestRecord.objects.get()
    assert kept.reason == "some_reason"
    assert kept.section == "RFC 6749 §5.2"
    assert dict(answer.headers)["Signet-Reference"] == kept.reference


def test_a_crash_rolls_back_and_tells_nothing_of_its_inside() -> None:
    answer = run(_endpoint(RuntimeError("secret of ours")), _request())
    assert answer.status == 500
    assert json.loads(answer.body)["error"] == "server_error"
    assert b"secret" not in answer.body
    assert not UsedJti.objects.exists()


@pytest.mark.parametrize("failure", [OperationalError("x"), InterfaceError("x")])
def test_a_database_that_is_away_is_503(failure: Exception) -> None:
    answer = run(_endpoint(failure), _request())
    assert answer.status == 503
    assert json.loads(answer.body)["error"] == "temporarily_unavailable"
    assert dict(answer.headers)["Retry-After"] == "2"


def test_the_database_away_in_every_query_is_503_on_every_endpoint() -> None:
    away = mock.patch.object(connection, "cursor", side_effect=OperationalError("away"))
    header = {"AUTHORIZATION": wire.basic("c_x")}
    with away:
        for path in POSTED:
            answer = wire.post(path, headers=header, grant_type="client_credentials", token="x")
            assert answer.error == (503, "temporarily_unavailable"), path


@pytest.mark.parametrize("path", ["/oauth/authorize", "/oauth/end_session"])
def test_where_a_person_comes_the_database_away_is_a_page(path: str) -> None:
    away = mock.patch.object(connection, "cursor", side_effect=OperationalError("away"))
    with away:
        answer = wire.call("GET", path, query="client_id=c_x", X_REQUEST_ID="abcdef-0123")
    assert answer.status == 503
    assert answer.headers["Retry-After"] == "2"
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers["Cache-Control"] == "no-store"
    assert b'id="error-reference">abcdef-0123<' in answer.body


@pytest.mark.parametrize("path", ["/oauth/authorize", "/oauth/end_session"])
def test_where_a_person_comes_a_crash_is_a_page_that_tells_nothing(path: str) -> None:
    with mock.patch("django.db.transaction.Atomic.__enter__", side_effect=RuntimeError("secret")):
        answer = wire.call("GET", path, X_REQUEST_ID="abcdef-0123")
    assert answer.status == 500
    assert answer.headers["Content-Type"].startswith("text/html")
    assert b'id="error-reference">abcdef-0123<' in answer.body
    assert b'id="error-code">server_error<' in answer.body
    assert b"secret" not in answer.body


def test_a_flood_costs_the_flooder_alone_its_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_record, "_OF_NETWORK", 3)
    monkeypatch.setattr(request_record, "_OF_CLIENT", 2)

    def refused(client_id: str, address: str) -> bool:
        """Whether the reference leads to a record."""
        body = f"grant_type=x&client_id={client_id}".encode()
        answer = wire.call("POST", "/oauth/token", body, address=address)
        reference = answer.headers["Signet-Reference"]
        kept = RequestRecord.objects.filter(reference=reference).exists()
        assert reference and kept == reference.startswith("r-")
        return kept

    flooder, other = "203.0.113.1", "203.0.112.1"
    assert [refused("c_1", flooder) for _ in range(4)] == [True, True, False, False]
    assert [refused("c_2", flooder) for _ in range(3)] == [True, False, False]
    assert refused("c_1", other) and refused("c_2", other)


def test_all_the_floods_of_the_world_do_not_fill_the_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(request_record, "_OF_ALL", 3)
    for at in range(9):
        wire.call("POST", "/oauth/token", b"grant_type=x", address=f"10.0.{at}.1")
    assert RequestRecord.objects.count() == 3


def test_the_record_holds_fingerprints_and_no_values() -> None:
    wire.post("/oauth/token", grant_type="x", code="very-secret-code", client_id="c_1")
    kept = RequestRecord.objects.get()
    assert set(kept.parameters) == {"grant_type", "code", "client_id"}
    assert "very-secret-code" not in str(RequestRecord.objects.values())
    assert kept.parameters["code"].startswith("16:")
    assert kept.client_id == "c_1"


@pytest.mark.parametrize("path", POSTED)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD", "TRACE"])
def test_other_methods_are_405_with_allow_case_036(path: str, method: str) -> None:
    answer = wire.call(method, path)
    assert answer.status == 405
    assert answer.headers["Allow"] == "POST"


@pytest.mark.parametrize("path", POSTED)
def test_a_body_over_64_kib_is_413(path: str) -> None:
    answer = wire.call("POST", path, b"a=" + b"b" * 65_535)
    assert answer.error == (413, "invalid_request")


@pytest.mark.parametrize("path", POSTED)
@pytest.mark.parametrize(
    "body",
    [
        b"token=%ff&grant_type=%ff",
        b"token=%00",
        b"token=\xff",
        b"token=a&token=b&grant_type=x&grant_type=y",
        b"token=" + b"a" * 8_193,
        b"=&=",
        b"%",
    ],
)
def test_bad_bodies_are_invalid_request_case_037(path: str, body: bytes) -> None:
    assert wire.call("POST", path, body).status in (400, 401)
    if body not in (b"=&=", b"%"):
        assert wire.call("POST", path, body).error == (400, "invalid_request")


@pytest.mark.parametrize("path", POSTED)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", ""])
def test_only_forms_are_read(path: str, content_type: str) -> None:
    answer = wire.call("POST", path, b'{"grant_type":"x"}', content_type=content_type)
    assert answer.error == (400, "invalid_request")


@pytest.mark.parametrize("name", ["client_secret", "code", "grant_type", "client_id", "token"])
def test_parameters_in_the_query_are_refused_case_036(name: str) -> None:
    client = make_client(grant_types=["client_credentials"])
    header = {"AUTHORIZATION": wire.basic(client.client_id)}
    body = b"grant_type=client_credentials"
    assert wire.call("POST", "/oauth/token", body, **header).status == 200
    with_query = wire.call("POST", "/oauth/token", body, query=f"{name}=x", **header)
    assert with_query.error == (400, "invalid_request")


def test_two_authorization_headers_are_refused() -> None:
    joined = f"{wire.basic('c_1')},{wire.basic('c_2')}"
    refused = wire.post("/oauth/token", headers={"AUTHORIZATION": joined}, grant_type="x")
    assert refused.error == (400, "invalid_request")


# Scripts of other sites


def test_scripts_of_registered_origins_may_read_answers_and_errors() -> None:
    make_client(allowed_origins=["https://spa.test"])
    good = wire.call("POST", "/oauth/token", ORIGIN="https://spa.test")
    assert good.status == 400
    assert good.headers["Access-Control-Allow-Origin"] == "https://spa.test"
    assert "Signet-Reference" in good.headers["Access-Control-Expose-Headers"]
    assert good.headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Credentials" not in good.headers


@pytest.mark.parametrize("origin", ["https://evil.test", "null", "", "https://spa.test.evil.test"])
def test_other_origins_get_no_header_case_184(origin: str) -> None:
    make_client(allowed_origins=["https://spa.test"])
    answer = wire.call("GET", "/oauth/userinfo", ORIGIN=origin)
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Vary"] == "Origin"


def test_origins_of_disabled_clients_do_not_count() -> None:
    make_client(allowed_origins=["https://spa.test"], enabled=False)
    answer = wire.call("POST", "/oauth/token", ORIGIN="https://spa.test")
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_preflight_is_answered_without_touching_the_endpoint() -> None:
    make_client(allowed_origins=["https://spa.test"])
    answer = wire.call("OPTIONS", "/oauth/token", ORIGIN="https://spa.test")
    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Methods"] == "POST"
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert "Content-Length" not in answer.headers
    assert not RequestRecord.objects.exists()


@pytest.mark.parametrize("path", ["/oauth/authorize", "/oauth/introspect", "/oauth/end_session"])
def test_what_browsers_visit_has_no_cors_at_all_case_026(path: str) -> None:
    make_client(allowed_origins=["https://spa.test"])
    for method in ("GET", "OPTIONS"):
        answer = wire.call(method, path, ORIGIN="https://spa.test")
        assert not [name for name in answer.headers if name.startswith("Access-Control")]


# Both mounts


def test_both_mounts_answer_alike() -> None:
    client: Client = make_client(grant_types=["client_credentials"])
    header = wire.basic(client.client_id)
    form = {"grant_type": "client_credentials"}
    bare = wire.post("/oauth/token", headers={"AUTHORIZATION": header}, **form)
    browser = Browser(HTTP_HOST="localhost")
    through = browser.post(
        "/oauth/token", "grant_type=client_credentials", content_type=wire.FORM,
        HTTP_AUTHORIZATION=header,
    )  # fmt: skip
    assert bare.status == through.status_code == 200
    for name in ("Content-Type", "Cache-Control", "X-Content-Type-Options"):
        assert bare.headers[name] == through.headers[name], name
    assert not through.cookies
    assert set(bare.json) == set(through.json())


def test_the_django_mount_knows_every_endpoint_and_no_csrf() -> None:
    browser = Browser(HTTP_HOST="localhost", enforce_csrf_checks=True)
    for path, asked in ENDPOINTS.items():
        method = "post" if "POST" in asked.methods else "get"
        answer = getattr(browser, method)(path)
        assert answer.status_code not in (403, 404, 500), path


def test_the_bare_mount_hands_on_what_is_no_endpoint() -> None:
    assert wire.call("GET", "/login").body == b"not an endpoint"
    assert wire.call("GET", "/oauth/token/").body == b"not an endpoint"
    assert wire.call("GET", "//.well-known/openid-configuration").body == b"not an endpoint"


def test_every_answer_names_its_request() -> None:
    kept = wire.call("POST", "/oauth/token", X_REQUEST_ID="abcdef-0123")
    assert kept.headers["X-Request-Id"] == "abcdef-0123"
    for odd in ("", "short", "a b c d e f g h", "x" * 65, "line\nbreak-12"):
        made = wire.call("POST", "/oauth/token", X_REQUEST_ID=odd).headers["X-Request-Id"]
        assert made != odd
        assert len(made) == 16
    assert RequestRecord.objects.filter(request_id="abcdef-0123").exists()


def test_tokens_and_secrets_stay_out_of_the_logs() -> None:
    client = make_client(grant_types=["client_credentials"])
    with structlog.testing.capture_logs() as lines:
        given = wire.token(client, "client_credentials").json["access_token"]
    assert [line["event"] for line in lines] == ["tokens_issued"]
    assert given not in str(lines)
