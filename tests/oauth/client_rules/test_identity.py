"""Who a client says it is."""

import pytest

from tests.oauth.client_rules.metadata import fields


@pytest.mark.parametrize("profile", ["fapi", "", "owner"])
def test_only_built_profiles_can_be_had(profile: str) -> None:
    assert fields(profile=profile) == {"profile"}


@pytest.mark.parametrize("client_id", ["", "a b", "a/b", "u_0123", "ü", "a:b", "x" * 256])
def test_a_client_id_is_never_mistaken_for_anything_else(client_id: str) -> None:
    assert fields(client_id=client_id) == {"client_id"}


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "abc\u202edef", "a\u200bb", "a\nb", "a\0b"])
def test_a_name_cannot_deceive_case_140(name: str) -> None:
    assert fields(client_name=name) == {"client_name"}


def test_contacts_hold_no_line_breaks_case_140() -> None:
    assert fields(contacts=["a@rp.test\r\nBcc: all@rp.test"]) == {"contacts"}
