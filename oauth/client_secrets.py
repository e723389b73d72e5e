"""Adding and revoking a client's secrets: the one way, for the admin and for `apply`."""

from datetime import datetime

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.models import User
from oauth import audit_events
from oauth.models import Client, ClientSecret

# A secret that somebody brings along must be as good as one of ours: one SHA-256 guards it.
LEAST = 32


def add(
    *,
    client: Client,
    label: str,
    value: str | None = None,
    expires_at: datetime | None = None,
    request: HttpRequest | None = None,
    actor: User | None = None,
    reason: str = "",
) -> tuple[ClientSecret, str]:
    """Write a secret and return it with its value, which nothing can show again.

    `value`: one that was made elsewhere, of at least `LEAST` characters; None makes a new one.
    """
    value = value if value is not None else ClientSecret.generate()
    if len(value) < LEAST:
        raise ValueError("a client secret has at least 32 characters")
    with transaction.atomic():
        secret = ClientSecret.objects.create(
            client=client, label=label, digest=ClientSecret.hash(value), expires_at=expires_at
        )
        audit.record(
            audit_events.SECRET_CREATED,
            request=request,
            actor=actor,
            client_id=client.client_id,
            reason=reason,
            data={"secret": str(secret.pk), "label": label},
        )
    return secret, value


def revoke(
    *,
    secret: ClientSecret,
    request: HttpRequest | None = None,
    actor: User | None = None,
    reason: str = "",
) -> bool:
    """End a secret for good; False when it was over already."""
    with transaction.atomic():
        done = ClientSecret.objects.filter(pk=secret.pk, revoked_at=None).update(
            revoked_at=timezone.now()
        )
        if done:
            audit.record(
                audit_events.SECRET_REVOKED,
                request=request,
                actor=actor,
                client_id=secret.client.client_id,
                reason=reason,
                data={"secret": str(secret.pk), "label": secret.label},
            )
    return bool(done)
