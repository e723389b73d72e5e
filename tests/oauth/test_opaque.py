"""Codes and refresh tokens are derived, and everything else opens as nothing."""

import base64
import math
import uuid
from collections import Counter
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from idp.ground.keyring import UnknownKey
from oauth import opaque

ID = uuid.UUID(int=7)
SECRET = b"0123456789abcdef"


def _code(**over: Any) -> str:
    values = {"authorization_id": ID, "generation": 0, "secret": SECRET, "key_id": _key(), **over}
    return opaque.derive(opaque.CODE, *values.values())


def _key() -> str:
    return str(settings.SIGNET.keys[0].split(":")[0])


def test_what_was_derived_opens_again() -> None:
    for prefix in (opaque.CODE, opaque.REFRESH):
        text = opaque.derive(prefix, ID, 3, SECRET, _key())
        assert text.startswith(prefix)
        assert opaque.open_token(prefix, text) == opaque.Opened(ID, 3, SECRET)


def test_the_same_row_gives_the_same_token_and_another_generation_another() -> None:
    assert _code() == _code()
    assert len({_code(generation=number) for number in range(50)}) == 50


def test_a_token_of_one_purpose_opens_for_no_other() -> None:
    refresh = opaque.derive(opaque.REFRESH, ID, 0, SECRET, _key())
    assert opaque.open_token(opaque.CODE, refresh) is None
    assert opaque.open_token(opaque.CODE, opaque.CODE + refresh.removeprefix("sgr_")) is None


@given(st.text(max_size=200))
def test_no_text_of_anybody_opens_or_breaks_anything(text: str) -> None:
    for prefix in (opaque.CODE, opaque.REFRESH):
        assert opaque.open_token(prefix, prefix + text) is None
        assert opaque.open_token(prefix, f"{prefix}{_key()}.{text}") is None
    assert opaque.open_token_id(text) is None
    assert opaque.open_token_id(f"{_key()}.{text}") is None
    assert opaque.open_claims(f"{opaque.ACCESS}{_key()}.{text}") is None


@given(st.integers(0, 400))
def test_one_changed_bit_closes_it(position: int) -> None:
    head, _, body = _code().rpartition(".")
    raw = bytearray(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    raw[position // 8 % len(raw)] ^= 1 << position % 8
    changed = base64.urlsafe_b64encode(bytes(raw)).decode().rstrip("=")
    assert opaque.open_token(opaque.CODE, f"{head}.{changed}") is None


@pytest.mark.parametrize("suffix", ["=", "==", "\n", " ", ".", "A", "!"])
def test_only_the_canonical_spelling_opens(suffix: str) -> None:
    assert opaque.open_token(opaque.CODE, _code() + suffix) is None


def test_unused_bits_of_the_last_letter_must_be_zero() -> None:
    text = _code()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twins = {text[:-1] + letter for letter in alphabet}
    assert [one for one in twins if opaque.open_token(opaque.CODE, one)] == [text]


def test_a_key_that_left_the_ring_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    text = _code()
    other = base64.urlsafe_b64encode(b"k" * 32).decode()
    ring = settings.SIGNET.model_copy(update={"keys": (f"next:{other}",)})
    monkeypatch.setattr(settings, "SIGNET", ring)
    assert opaque.open_token(opaque.CODE, text) is None
    with pytest.raises(UnknownKey):
        _code(key_id=text.removeprefix(opaque.CODE).partition(".")[0])


def test_codes_look_random_and_none_repeats_case_025() -> None:
    codes = [
        opaque.derive(opaque.CODE, uuid.uuid4(), 0, uuid.uuid4().bytes, _key())
        for _ in range(10_000)
    ]
    bodies = [code.rpartition(".")[2] for code in codes]
    assert len(set(bodies)) == len(bodies)
    # 16 bytes of synthetic IV and 36 of content: more than 128 bits, 96 of them random.
    assert {len(body) for body in bodies} == {math.ceil(52 * 8 / 6)}
    letters = Counter("".join(body[:-1] for body in bodies))
    expected = sum(letters.values()) / 64
    chi_square = sum((count - expected) ** 2 / expected for count in letters.values())
    assert len(letters) == 64
    assert chi_square < 120  # 63 degrees of freedom: p < 0.0001 beyond


def test_token_ids_find_their_owner_and_never_repeat() -> None:
    facts = {"is_client": False, "epoch": 4, "millisecond": 999}
    one, two = (opaque.new_token_id(ID, **facts) for _ in range(2))
    assert one != two
    assert opaque.open_token_id(one) == opaque.TokenId(id=ID, **facts)
    assert ID.hex not in one
    assert opaque.open_token_id(None) is None
    assert opaque.open_token_id(7) is None


def test_sealed_claims_open_as_they_were() -> None:
    claims = {"sub": "u_1", "exp": 5, "roles": ["ä"]}
    text = opaque.seal_claims(dict(claims))
    assert opaque.open_claims(text) == claims
    assert text != opaque.seal_claims(dict(claims))
    assert opaque.open_claims(text[:-3]) is None
