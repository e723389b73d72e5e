"""The endpoint over HTTP: what it answers, and where it sends nobody."""

from typing import Any
from unittest import mock
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client as Browser

from accounts.errors import TooManyAttempts
from oauth import continuation, tokens
from oauth.authorization_request import carried, read
from oauth.models import Answer, Authorization, Client, PushedRequest, RequestRecord
from tests.oauth.visitor import Visitor, answer_of, make_client, question

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


def assert_error_page(response: Any, status: int = 400) -> None:
    assert response.status_code == status
    assert "Location" not in response.headers
    for element in ("error-page", "error-code", "error-description", "error-reference"):
        assert f'id="{element}"' in response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"
    policy = response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "form-action" not in policy


def test_a_good_request_goes_on_sealed(app: Client) -> None:
    response = Browser().get("/oauth/authorize", question(app))
    assert response.status_code == 303
    assert response.headers["Location"].startswith("/oauth/authorize/resume?c=")
    assert app.client_id not in response.headers["Location"]
    assert not response.cookies


@pytest.mark.spec(
    "OpenID Connect Core 1.0",
    "3.1.2.1",
    "Authorization Servers MUST support the use of the HTTP GET and POST methods at the Authorization Endpoint.",
)
def test_a_cross_site_post_is_the_same_request(app: Client) -> None:
    browser = Browser(enforce_csrf_checks=True)
    body = urlencode(question(app))
    response = browser.post("/oauth/authorize", body, FORM, headers={"Origin": "https://evil.test"})
    assert response.status_code == 303
    assert response.headers["Location"].startswith("/oauth/authorize/resume?c=")


def test_query_and_body_are_never_mixed(app: Client) -> None:
    both = question(app)
    head = {"client_id": both.pop("client_id")}
    response = Browser().post(f"/oauth/authorize?{urlencode(head)}", urlencode(both), FORM)
    assert_error_page(response)


@pytest.mark.spec(
    "RFC 6749",
    "4.1.2.1",
    "If the client identifier is missing or invalid, the authorization server SHOULD inform the resource owner of the error.",
)
@pytest.mark.parametrize("more", [{}, {"prompt": "none"}, {"response_mode": "form_post"}])
def test_an_unknown_client_gets_a_page_case_006(app: Client, more: dict[str, str]) -> None:
    for client_id in ("c_unknown", ""):
        asked = question(app, client_id=client_id, **more)
        assert_error_page(Browser().get("/oauth/authorize", asked))
    Client.objects.update(enabled=False)
    assert_error_page(Browser().get("/oauth/authorize", question(app, **more)))


@pytest.mark.spec(
    "RFC 6749",
    "4.1.2.1",
    "The authorization server MUST NOT automatically redirect the user-agent to the invalid redirection URI.",
)
def test_a_foreign_address_gets_a_page_and_a_record_case_001(trusted: Client) -> None:
    asked = question(trusted, redirect_uri="https://orders.acme.example/callback")
    response = Browser().get("/oauth/authorize", asked)
    assert_error_page(response)
    record = RequestRecord.objects.get()
    assert record.reason == "redirect_uri_differs@29"
    assert record.reference in response.content.decode()
    assert record.client_id == trusted.client_id


def test_the_page_escapes_what_it_quotes(trusted: Client) -> None:
    asked = question(trusted, redirect_uri='https://evil.test/"><script>alert(1)</script>')
    response = Browser().get("/oauth/authorize", asked)
    assert_error_page(response)
    assert "<script>alert" not in response.content.decode()


def test_a_trusted_client_hears_of_its_errors_by_redirect(trusted: Client) -> None:
    response = Browser().get("/oauth/authorize", question(trusted, prompt="none login"))
    assert response.status_code == 303
    assert answer_of(response) == {
        "error": "invalid_request",
        "error_description": "prompt none excludes other values",
        "state": "s/1 &=",
        "iss": settings.SIGNET.issuer,
    }


@pytest.mark.parametrize("mode", ["query", "form_post"])
def test_an_untrusted_client_gets_a_page_of_ours_first_case_022(app: Client, mode: str) -> None:
    asked = question(app, scope="unknown", response_mode=mode)
    response = Browser().get("/oauth/authorize", asked)
    assert_error_page(response)
    text = response.content.decode()
    assert 'id="back-to-app"' in text
    assert "invalid_scope" in text


def test_an_error_by_form_post_is_a_form_that_sends_itself_case_014(trusted: Client) -> None:
    asked = question(trusted, response_mode="form_post", prompt="foo")
    response = Browser().get("/oauth/authorize", asked)
    text = response.content.decode()
    assert response.status_code == 200
    assert f'name="iss" value="{settings.SIGNET.issuer}"' in text
    assert 'name="error" value="invalid_request"' in text
    assert "submit.js" in text
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("method", ["put", "delete", "patch", "trace", "head"])
def test_other_methods_are_refused_case_027(app: Client, method: str) -> None:
    browser = Browser()
    url = f"/oauth/authorize?{urlencode(question(app))}"
    response = getattr(browser, method)(url)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, POST"
    assert response.headers["Content-Type"].startswith("text/html")
    if method not in ("trace", "head"):
        assert 'id="error-reference">r-' in response.content.decode()


def test_head_has_no_effect_even_where_nothing_is_left_to_ask_case_027(
    visitor: Visitor,
) -> None:
    ours = make_client(first_party=True)
    visitor.signed_in()
    start = visitor.browser.get("/oauth/authorize", question(ours)).headers["Location"]
    assert visitor.browser.head(start).status_code == 405
    assert not Authorization.objects.exists()
    assert "code" in answer_of(visitor.get(start))


def test_no_page_of_another_site_may_read_it_case_026(app: Client) -> None:
    for origin in ("https://evil.test", "null"):
        for method in ("get", "options"):
            response = getattr(Browser(), method)(
                "/oauth/authorize", question(app), headers={"Origin": origin}
            )
            assert not any(name.startswith("Access-Control") for name in response.headers)


@pytest.mark.parametrize(
    "query",
    ["client_id=%ff", "client_id=%00", "&".join(f"a{n}=1" for n in range(300)), "client_id=a%0"],
)
def test_a_query_that_cannot_be_read_is_a_page(db: None, query: str) -> None:
    response = Browser().get(f"/oauth/authorize?{query}")
    assert response.status_code == 400
    assert "Location" not in response.headers


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "application/json", 400),
        (b"client_id=\xff", FORM, 400),
        (b"client_id=%ff", FORM, 400),
        (b"state=" + b"x" * 70_000, FORM, 413),
        (b"", FORM, 400),
    ],
)
def test_a_body_that_cannot_be_read_is_a_page(
    db: None, body: bytes, kind: str, status: int
) -> None:
    response = Browser().generic("POST", "/oauth/authorize", body, kind)
    assert response.status_code == status
    assert response.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("name", "size"),
    [("state", 5_000_000), ("nonce", 100_000), ("acr_values", 100_000), ("login_hint", 100_000)],
)
def test_floods_are_refused_and_leave_nothing_case_334(
    trusted: Client, name: str, size: int
) -> None:
    response = Browser().get("/oauth/authorize", question(trusted, **{name: "x" * size}))
    assert answer_of(response)["error"] == "invalid_request"
    assert not PushedRequest.objects.exists()
    assert not Answer.objects.exists()


def test_what_no_check_uses_makes_no_row(app: Client) -> None:
    names = ("display", "claims_locales", "login_hint", "ui_locales", "acr_values", "anything")
    asked = question(app, **dict.fromkeys(names, "de " * 2_000))
    response = Browser().post("/oauth/authorize", urlencode(asked), FORM)
    assert response.status_code == 303
    assert not PushedRequest.objects.exists()


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"scope": None, "nonce": None},
        {"prompt": "login consent", "max_age": "0", "login_hint": "a" * 999},
        {"ui_locales": "de-AT xx! fr", "display": "popup", "response_mode": "form_post"},
        {"acr_values": "unknown urn:signet:acr:multi-factor"},
        {"acr_values": "unknown other"},
        {"claims": '{"id_token": {"email": {"essential": true}, "sub": {"value": "x"}}}'},
    ],
)
def test_what_is_carried_makes_the_same_request_again(more: dict[str, str | None]) -> None:
    app = make_client(default_acr_values=["urn:signet:acr:single-factor"])
    pairs = tuple(question(app, **more).items())
    first = read(pairs)
    assert read(carried(first, pairs), ours=True) == first


@pytest.mark.parametrize("claims", [{}, {"roles": [f"role-{number:04}" for number in range(300)]}])
def test_of_a_hint_only_the_person_is_carried_however_long_it_is(
    app: Client, claims: dict[str, Any]
) -> None:
    facts = {"iss": settings.SIGNET.issuer, "sub": "s" * 32, "aud": app.client_id, "exp": 1}
    asked = question(app, id_token_hint=tokens._sign("RS256", "JWT", facts | claims))
    pairs = tuple(asked.items())
    first = read(pairs)
    assert first.hinted_sub == "s" * 32
    assert read(carried(first, pairs), ours=True) == first
    answer = Browser().get("/oauth/authorize", asked)
    assert len(answer.headers["Location"]) < 1_200
    assert not PushedRequest.objects.exists()


def test_nobody_names_the_hinted_person_but_by_a_token(app: Client) -> None:
    pairs = tuple(question(app, hinted_sub="s" * 32).items())
    first = read(pairs)
    assert first.hinted_sub is None
    assert "hinted_sub" not in dict(carried(first, pairs))


def test_past_the_budget_of_long_requests_a_page_says_so_and_a_trusted_client_is_told(
    app: Client, trusted: Client
) -> None:
    spent = mock.patch.object(continuation, "claim", side_effect=TooManyAttempts(7))
    with spent:
        response = Browser().get("/oauth/authorize", question(app, state="x" * 4_000))
        short = Browser().get("/oauth/authorize", question(app))
        told = Browser().get("/oauth/authorize", question(trusted, state="x" * 4_000))
    found = answer_of(told)
    assert (found["error"], len(found["state"])) == ("temporarily_unavailable", 4_000)
    assert_error_page(response, 429)
    assert response.headers["Retry-After"] == "7"
    assert short.status_code == 303


def test_two_thousand_scopes_are_no_burden_case_334(trusted: Client) -> None:
    many = " ".join(f"s{n}" for n in range(1_500))
    response = Browser().get("/oauth/authorize", question(trusted, scope=f"openid {many}"))
    assert response.status_code == 303
