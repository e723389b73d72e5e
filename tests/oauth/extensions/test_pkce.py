"""PKCE: S256 only, and a verifier for every challenge (RFC 7636)."""

import pytest

from oauth import clients
from oauth.clients import ClientFacts
from oauth.errors import InvalidGrant, InvalidRequest
from oauth.extensions import pkce
from tests.factories import make_client, make_public_client

pytestmark = pytest.mark.django_db
# RFC 7636 appendix B
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def _facts(client_id: str) -> ClientFacts:
    found = clients.find(client_id)
    assert found is not None
    return found


@pytest.fixture
def web() -> ClientFacts:
    return _facts(make_client().client_id)


@pytest.fixture
def exempt() -> ClientFacts:
    return _facts(make_client(require_pkce=False).client_id)


@pytest.mark.spec("RFC 7636", "B", "The example for the S256 code_challenge_method.")
def test_the_example_of_the_specification_fits(web: ClientFacts) -> None:
    assert pkce.check_challenge(web, CHALLENGE, "S256") == CHALLENGE
    pkce.check_verifier(web, CHALLENGE, VERIFIER)


@pytest.mark.parametrize("method", [None, "plain", "s256", "S256 ", "S512", ""])
def test_no_other_method_exists_case_063(exempt: ClientFacts, method: str | None) -> None:
    with pytest.raises(InvalidRequest):
        pkce.check_challenge(exempt, CHALLENGE, method)


@pytest.mark.spec("RFC 7636", "4.2", "code-challenge = 43*128unreserved")
@pytest.mark.parametrize(
    "challenge", ["x", CHALLENGE + "A", CHALLENGE[:-1] + "=", CHALLENGE + "\n"]
)
def test_a_malformed_challenge_is_refused(web: ClientFacts, challenge: str) -> None:
    with pytest.raises(InvalidRequest):
        pkce.check_challenge(web, challenge, "S256")


@pytest.mark.spec(
    "RFC 7636",
    "4.4.1",
    'If the server requires PKCE and the client does not send the "code_challenge", the authorization endpoint MUST return the authorization error response with the "error" value set to "invalid_request".',
)
def test_only_a_marked_confidential_client_may_go_without_case_062(
    web: ClientFacts, exempt: ClientFacts
) -> None:
    assert pkce.check_challenge(exempt, None, None) == ""
    public = _facts(make_public_client(require_pkce=False).client_id)
    for strict in (web, public):
        with pytest.raises(InvalidRequest):
            pkce.check_challenge(strict, None, None)
    with pytest.raises(InvalidRequest):
        pkce.check_challenge(exempt, None, "S256")


@pytest.mark.parametrize(
    "verifier", [None, VERIFIER[:-1], VERIFIER + "x", VERIFIER.upper(), CHALLENGE]
)
def test_only_the_verifier_fits_case_065(web: ClientFacts, verifier: str | None) -> None:
    with pytest.raises(InvalidGrant):
        pkce.check_verifier(web, CHALLENGE, verifier)


def test_a_verifier_nobody_announced_is_a_downgrade_case_064(exempt: ClientFacts) -> None:
    pkce.check_verifier(exempt, "", None)
    with pytest.raises(InvalidGrant) as refused:
        pkce.check_verifier(exempt, "", VERIFIER)
    assert refused.value.reason == "pkce_downgraded"


def test_a_client_that_became_public_cannot_redeem_without() -> None:
    public = _facts(make_public_client().client_id)
    with pytest.raises(InvalidGrant):
        pkce.check_verifier(public, "", None)
