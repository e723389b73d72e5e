"""The one way to end what clients hold in a person's name."""

import uuid

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.models import User
from oauth import audit_events
from oauth.models import Authorization, Client, Consent


def end_access(
    *,
    reason: str,
    client: Client | None = None,
    user: User | None = None,
    authorization: uuid.UUID | None = None,
    request: HttpRequest | None = None,
    actor: User | None = None,
) -> int:
    """End one authorization, or all of a client, a person, or a person at a client.

    With both `client` and `user` the consent is withdrawn too, so that the client must ask again.
    Returns how many authorizations this call ended; access tokens that APIs verify offline run out
    by themselves within minutes.
    """
    found = Authorization.objects.all()
    whose, at = user, client
    if authorization is not None:
        found = found.filter(pk=authorization)
        row = found.select_related("user", "client").first()
        if row is not None:
            whose, at = row.user, row.client  # the log says whose access it was
    if client is not None:
        found = found.filter(client=client)
    if user is not None:
        found = found.filter(user=user)
    if authorization is None and client is None and user is None:
        raise TypeError("say whose access ends")
    with transaction.atomic():
        withdrawn = 0
        if client is not None and user is not None:
            withdrawn, _ = Consent.objects.filter(user=user, client=client).delete()
        ended = found.revoke(reason, timezone.now())
        if ended or withdrawn:
            audit.record(
                audit_events.CONSENT_REVOKED if withdrawn else audit_events.AUTHORIZATION_REVOKED,
                request=request,
                actor=actor,
                subject=whose,
                client_id=at.client_id if at is not None else "",
                reason=reason,
                data={"authorizations": ended},
            )
    return ended
