"""Config OP: oidcc-discovery-endpoint-verification (conformance §2.3)."""

import re
from urllib.parse import urlsplit

import pytest

from tests.support.deployment import Deployment
from tests.support.ride_along import assert_jwks

# Every name RFC 8414 and the OpenID specifications register that may appear here: another one
# would be a warning of the suite.
KNOWN = {
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
    "registration_endpoint",
    "scopes_supported",
    "response_types_supported",
    "response_modes_supported",
    "grant_types_supported",
    "acr_values_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
    "id_token_encryption_alg_values_supported",
    "id_token_encryption_enc_values_supported",
    "userinfo_signing_alg_values_supported",
    "request_object_signing_alg_values_supported",
    "token_endpoint_auth_methods_supported",
    "token_endpoint_auth_signing_alg_values_supported",
    "display_values_supported",
    "claim_types_supported",
    "claims_supported",
    "service_documentation",
    "claims_locales_supported",
    "ui_locales_supported",
    "claims_parameter_supported",
    "request_parameter_supported",
    "request_uri_parameter_supported",
    "require_request_uri_registration",
    "op_policy_uri",
    "op_tos_uri",
    "revocation_endpoint",
    "revocation_endpoint_auth_methods_supported",
    "revocation_endpoint_auth_signing_alg_values_supported",
    "introspection_endpoint",
    "introspection_endpoint_auth_methods_supported",
    "introspection_endpoint_auth_signing_alg_values_supported",
    "code_challenge_methods_supported",
    "end_session_endpoint",
    "check_session_iframe",
    "frontchannel_logout_supported",
    "frontchannel_logout_session_supported",
    "backchannel_logout_supported",
    "backchannel_logout_session_supported",
    "authorization_response_iss_parameter_supported",
    "prompt_values_supported",
    "pushed_authorization_request_endpoint",
}
ARRAYS = {name for name in KNOWN if name.endswith("_supported")} - {
    "claims_parameter_supported",
    "request_parameter_supported",
    "request_uri_parameter_supported",
    "frontchannel_logout_supported",
    "frontchannel_logout_session_supported",
    "backchannel_logout_supported",
    "backchannel_logout_session_supported",
    "authorization_response_iss_parameter_supported",
}
_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?\Z")
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+\Z")


@pytest.mark.spec(
    "OpenID Connect Discovery 1.0",
    "4.3",
    "The issuer value returned MUST be identical to the Issuer URL that was used to retrieve the configuration information.",
)
def test_oidcc_discovery_endpoint_verification(signet: Deployment) -> None:
    response = signet.op.http.get(f"{signet.issuer}/.well-known/openid-configuration")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    found = response.json()
    issuer = urlsplit(found["issuer"])
    assert found["issuer"] == response.url.removesuffix("/.well-known/openid-configuration")
    assert issuer.scheme == "https"
    assert not issuer.query
    assert not issuer.fragment
    assert set(found) <= KNOWN, set(found) - KNOWN
    for name, value in found.items():
        if name in ARRAYS:
            assert isinstance(value, list), name
            assert value, name
            assert all(isinstance(one, str) and one for one in value), name
            assert len(set(value)) == len(value), name
        elif name.endswith(("_supported", "_registration")):
            assert isinstance(value, bool), name
        else:
            assert isinstance(value, str), name
            assert urlsplit(value).scheme == "https", name
            assert not urlsplit(value).fragment, name
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"):
        assert name in found
    assert "code" in found["response_types_supported"]
    assert set(found["subject_types_supported"]) <= {"public", "pairwise"}
    assert "RS256" in found["id_token_signing_alg_values_supported"]
    assert found["claims_supported"]
    assert "openid" in found["scopes_supported"]
    assert all(_SCOPE.match(scope) for scope in found["scopes_supported"])
    for name in ("ui_locales_supported", "claims_locales_supported"):
        assert all(_TAG.match(tag) for tag in found.get(name, [])), name
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert_jwks(signet.op.jwks())


@pytest.mark.parametrize(
    "place", [".well-known/openid-configuration", ".well-known/oauth-authorization-server"]
)
def test_both_forms_of_discovery_say_the_same(signet: Deployment, place: str) -> None:
    """RFC 8414 §3 beside OIDC Discovery §4."""
    response = signet.op.http.get(f"{signet.issuer}/{place}")
    assert response.json() == signet.op.metadata
