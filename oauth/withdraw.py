"""Take one thing back that a client was allowed, and leave it the rest."""

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.models import Session
from oauth import audit_events
from oauth.models import Authorization, Client, Consent


def withdraw(*, request: HttpRequest, session: Session, client: Client, part: str) -> bool:
    """`part`: `scope:NAME` or `claim:NAME`. Whether the consent covered it; it no longer does.

    Rights are computed from the consent at every use, so this holds at once; the client must ask
    before it gets it again. Without `offline_access` what it may do while the person is away ends.
    """
    kind, _, name = part.partition(":")
    user = session.user
    with transaction.atomic():
        kept = Consent.objects.select_for_update().filter(user=user, client=client).first()
        if kept is None or name == "openid":
            return False
        held = {"scope": kept.scopes, "claim": kept.claims}.get(kind, [])
        if name not in held:
            return False
        held.remove(name)
        # A scope's part carries a digest of the words it was shown with.
        kept.parts = [one for one in kept.parts if one.partition("#")[0] != part]
        kept.updated_at = timezone.now()
        kept.save(update_fields=["scopes", "claims", "parts", "updated_at"])
        if part == "scope:offline_access":
            offline = Authorization.objects.filter(user=user, client=client, offline=True)
            offline.revoke("offline_access_withdrawn")
        audit.record(
            audit_events.CONSENT_REDUCED,
            request=request,
            actor=user,
            subject=user,
            client_id=client.client_id,
            data={"part": part},
        )
    return True
