"""The key ring: derived keys, rotation, keys that left."""

import base64
import hmac
from typing import Any

import pytest

from idp.ground.encryption import SealBroken, open_sealed, seal
from idp.ground.keyring import UnknownKey, key_ids, subkey

_OLD = "old:" + base64.urlsafe_b64encode(b"o" * 32).decode().rstrip("=")
_NEW = "new:" + base64.urlsafe_b64encode(b"n" * 32).decode()


def _ring(settings: Any, *entries: str) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"keys": entries})


def test_each_purpose_has_a_key_of_its_own_and_always_the_same(settings: Any) -> None:
    _ring(settings, _OLD)
    assert subkey("field") == subkey("field")
    assert subkey("field")[1] != subkey("code")[1]
    assert len(subkey("code", length=64)[1]) == 64


def test_derivation_is_hkdf_sha256_as_in_rfc_5869(settings: Any) -> None:
    """Pinned: another derivation would make every stored value unreadable."""
    _ring(settings, _OLD)
    extracted = hmac.digest(bytes(32), b"o" * 32, "sha256")
    expanded = hmac.digest(extracted, b"signet/field\x01", "sha256")
    assert subkey("field")[1] == expanded


def test_the_first_key_seals_and_every_key_opens(settings: Any) -> None:
    _ring(settings, _OLD)
    before = seal("p", b"text", b"place")
    _ring(settings, _NEW, _OLD)
    assert key_ids() == ("new", "old")
    assert open_sealed("p", before, b"place") == b"text"
    assert seal("p", b"text", b"place").startswith("new.")


def test_a_value_of_a_key_that_left_the_ring_opens_no_more(settings: Any) -> None:
    _ring(settings, _OLD)
    before = seal("p", b"text", b"place")
    _ring(settings, _NEW)
    with pytest.raises(SealBroken):
        open_sealed("p", before, b"place")
    with pytest.raises(UnknownKey):
        subkey("p", "old")


def test_another_key_under_the_old_id_opens_nothing(settings: Any) -> None:
    _ring(settings, _OLD)
    before = seal("p", b"text", b"place")
    _ring(settings, "old:" + _NEW.removeprefix("new:"))
    with pytest.raises(SealBroken):
        open_sealed("p", before, b"place")
