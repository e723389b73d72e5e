"""What APIs and scopes may be called."""

import pytest
from django.conf import settings

from oauth.resource_rules import identifier_fault, scope_fault


@pytest.mark.spec("RFC 8707", "2", "Its value MUST be an absolute URI.")
@pytest.mark.parametrize("good", ["https://api.test", "https://api.test/v1?x=1", "urn:api:orders"])
def test_an_absolute_uri_is_an_identifier(good: str) -> None:
    assert identifier_fault(good) == ""


@pytest.mark.spec("RFC 8707", "2", "The URI MUST NOT include a fragment component.")
@pytest.mark.parametrize(
    "bad", ["", "orders", "/orders", "https://api.test/#a", "a b:c", "http://[", "ü:x"]
)
def test_anything_else_is_none(bad: str) -> None:
    assert identifier_fault(bad)


@pytest.mark.parametrize("more", ["", "/"])
def test_signet_itself_is_no_api(more: str) -> None:
    assert "Signet itself" in identifier_fault(settings.SIGNET.issuer + more)
    assert identifier_fault(settings.SIGNET.issuer + "/api") == ""


@pytest.mark.parametrize("bad", ["", "a b", 'a"', "openid", "offline_access", "x" * 101])
def test_a_scope_of_an_api_is_a_token_that_is_free(bad: str) -> None:
    assert scope_fault(bad)
    assert scope_fault("orders:read") == ""
