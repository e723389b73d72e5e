"""PKCE is waived for old confidential clients alone."""

from tests.oauth.client_rules.metadata import fields


def test_pkce_is_waived_for_confidential_clients_only() -> None:
    assert fields(require_pkce=False) == set()
    assert fields(require_pkce=False, profile="spa", token_endpoint_auth_method="none") == {
        "require_pkce"
    }
    assert fields(require_pkce=False, profile="native", token_endpoint_auth_method="none") == {
        "require_pkce"
    }
