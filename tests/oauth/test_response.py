from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings

from oauth.errors import InvalidRequest
from oauth.response import Target, deliver, failure, location, success

STATE = "a b&c=d%20\"'<>"


@pytest.mark.spec(
    "RFC 9207",
    "2",
    "In authorization responses to the client, including error responses, an authorization server supporting this specification MUST indicate its identity by including the iss parameter in the response.",
)
@pytest.mark.parametrize("mode", ["query", "fragment"])
def test_every_answer_has_issuer_and_exact_state_case_014(mode: str) -> None:
    target = Target("https://app.example/cb", mode, STATE)
    for parameters in (success(target, "c"), failure(target, InvalidRequest("x", "why"))):
        answer = deliver(target, parameters)
        assert answer.status == 303
        address = urlsplit(dict(answer.headers)["Location"])
        found = parse_qs(address.query if mode == "query" else address.fragment)
        assert found["state"] == [STATE]
        assert found["iss"] == [settings.SIGNET.issuer]
        assert (address.query == "") == (mode == "fragment")


def test_a_request_without_state_gets_none() -> None:
    assert "state" not in success(Target("https://app.example/cb", "query", None), "c")


def test_the_registered_query_stays() -> None:
    target = Target("https://app.example/cb?a=b%20c", "query", None)
    assert location(target, {"code": "x"}) == "https://app.example/cb?a=b%20c&code=x"


def test_a_private_use_scheme_is_no_obstacle() -> None:
    target = Target("com.example.app:/cb", "query", None)
    assert location(target, {"code": "x"}) == "com.example.app:/cb?code=x"


def test_form_post_is_a_page_with_the_same_parameters() -> None:
    target = Target("https://app.example/cb", "form_post", STATE)
    answer = deliver(target, success(target, "c"))
    assert (answer.status, answer.page) == (200, "oauth/form_post.html")
    assert answer.context["fields"] == {"code": "c", "state": STATE, "iss": settings.SIGNET.issuer}
    assert ("Cache-Control", "no-store") in answer.headers
