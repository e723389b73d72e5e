"""A client's secrets: made, and over."""

import pytest

from accounts.models import AuditEvent
from oauth import client_secrets
from oauth.models import ClientSecret
from tests.factories import make_client

pytestmark = pytest.mark.django_db


def test_a_made_secret_carries_256_bits_and_is_kept_as_a_digest() -> None:
    secret, value = client_secrets.add(client=make_client(secret=None), label="x")
    assert len(value) == len("sgs_") + 64
    assert secret.digest == ClientSecret.hash(value)
    assert value not in str(list(ClientSecret.objects.values()))


def test_a_short_secret_from_elsewhere_is_refused() -> None:
    with pytest.raises(ValueError, match="32"):
        client_secrets.add(client=make_client(), label="x", value="s" * 31)


def test_a_secret_is_revoked_once_and_told_once() -> None:
    secret, _value = client_secrets.add(client=make_client(secret=None), label="x")
    assert client_secrets.revoke(secret=secret)
    first = ClientSecret.objects.get().revoked_at
    assert not client_secrets.revoke(secret=secret)
    assert ClientSecret.objects.get().revoked_at == first
    assert AuditEvent.objects.filter(name="secret_revoked").count() == 1
