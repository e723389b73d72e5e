"""ID tokens are signed with keys of ours."""

import pytest

from tests.oauth.client_rules.metadata import fields


@pytest.mark.parametrize("alg", ["none", "HS256", "RS1", ""])
def test_id_tokens_are_signed_with_a_key_of_ours(alg: str) -> None:
    assert fields(id_token_signed_response_alg=alg) == {"id_token_signed_response_alg"}
