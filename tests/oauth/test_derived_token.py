"""A code or refresh token finds its row only with the row's own secret."""

import secrets

import pytest

from oauth import derived_token, opaque
from tests.factories import code_of, make_authorization, make_client, refresh_token_of

pytestmark = pytest.mark.django_db


def test_a_token_finds_its_row_and_generation() -> None:
    row = make_authorization(make_client(), generation=3)
    found = derived_token.read(opaque.REFRESH, refresh_token_of(row, 2))
    assert found is not None
    assert (found[0].id, found[1]) == (row.pk, 2)
    code = derived_token.read(opaque.CODE, code_of(row))
    assert code is not None
    assert code[0].id == row.pk


def test_neither_the_key_alone_nor_another_kind_opens_a_row() -> None:
    row = make_authorization(make_client())
    guessed = opaque.derive(opaque.CODE, row.pk, 0, secrets.token_bytes(16), row.token_key)
    assert derived_token.read(opaque.CODE, guessed) is None
    assert derived_token.read(opaque.REFRESH, code_of(row)) is None
    code = code_of(row)
    row.delete()
    assert derived_token.read(opaque.CODE, code) is None
