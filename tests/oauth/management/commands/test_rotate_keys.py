"""Rotation by hand."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from oauth import keys
from oauth.models import SigningKey

pytestmark = pytest.mark.django_db


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("rotate_keys", *arguments, stdout=out)
    return out.getvalue()


def test_nothing_happens_before_its_time() -> None:
    said()
    assert said() == "nothing to rotate yet\n"


def test_now_new_keys_sign_at_once_and_old_tokens_still_verify() -> None:
    old = keys.signer("ES256")[0]
    assert "signs now" in said("--now")
    assert keys.signer("ES256")[0] != old
    assert SigningKey.objects.get(kid=old).state == "retired"
    assert keys.verifier(old) is not None


def test_after_a_leak_the_key_is_distrusted() -> None:
    leaked = keys.signer("ES256")[0]
    assert f"revoked {leaked}" in said("--revoke", leaked)
    assert keys.signer("ES256")[0] != leaked
    assert keys.verifier(leaked, old=True) is None
    with pytest.raises(CommandError, match="no such key"):
        said("--revoke", leaked)
