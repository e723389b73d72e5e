import uuid

import pytest

from oauth.form_token import fits, make

OWNER, REQUEST = uuid.uuid4(), uuid.uuid4()
SHOWN = {"parts": ["scope:openid"], "person": "1"}


def test_a_token_fits_what_it_was_made_for() -> None:
    assert fits(make(OWNER, REQUEST, "consent", SHOWN), OWNER, REQUEST, "consent", SHOWN)


@pytest.mark.parametrize(
    ("owner", "request_id", "page", "shown"),
    [
        (uuid.uuid4(), REQUEST, "consent", SHOWN),
        (None, REQUEST, "consent", SHOWN),
        (OWNER, uuid.uuid4(), "consent", SHOWN),
        (OWNER, REQUEST, "account", SHOWN),
        (OWNER, REQUEST, "consent", {**SHOWN, "parts": ["scope:openid", "scope:email"]}),
    ],
)
def test_and_nothing_else(
    owner: uuid.UUID, request_id: uuid.UUID, page: str, shown: object
) -> None:
    assert not fits(make(OWNER, REQUEST, "consent", SHOWN), owner, request_id, page, shown)


@pytest.mark.parametrize("token", ["", ".", "k1.", "zz.00", "k1.ü"])
def test_junk_fits_nothing(token: str) -> None:
    assert not fits(token, OWNER, REQUEST, "consent", SHOWN)
