"""Logos of clients: which are due, and how one is fetched and kept."""

from datetime import datetime, timedelta
from hashlib import sha256

import structlog
from django.db.models import F, Q, QuerySet

from idp.ground.fetch import FetchRefused, get
from oauth.logo_image import CONTENT_TYPE, NotALogo, redrawn
from oauth.models import Client, ClientLogo

_log = structlog.get_logger("oauth.logos")
_MAX_BYTES = 102_400
_ACCEPT = "image/png, image/webp, image/jpeg, image/gif"
_FRESH = timedelta(days=7)
_AGAIN = timedelta(hours=6)  # after an attempt that brought nothing


def due(now: datetime) -> "QuerySet[Client]":
    """Clients whose logo is missing, of another address, or old; the longest waiting first."""
    failed = Q(logo__fetched_at__lt=now - _AGAIN) & ~Q(logo__fault="")
    return (
        Client.objects.enabled()
        .exclude(logo_uri="")
        .filter(
            Q(logo=None)
            | ~Q(logo__source=F("logo_uri"))
            | Q(logo__fetched_at__lt=now - _FRESH)
            | failed
        )
        .order_by(F("logo__fetched_at").asc(nulls_first=True))
    )


def refresh(client: Client, now: datetime) -> None:
    """Fetch it and keep it. Not inside a transaction: the other side may take its time."""
    source = client.logo_uri
    try:
        content = redrawn(get(source, max_bytes=_MAX_BYTES, accept=_ACCEPT))
    except (FetchRefused, NotALogo) as error:
        fault = str(error) if isinstance(error, FetchRefused) else "not_a_picture"
        _log.info("logo_not_fetched", client_id=client.client_id, reason=fault)
        _note_fault(client, source, fault, now)
        return
    values = {
        "source": source,
        "sha256": sha256(content).hexdigest(),
        "content_type": CONTENT_TYPE,
        "content": content,
        "fault": "",
        "fetched_at": now,
    }
    ClientLogo.objects.update_or_create(client=client, defaults=values)


def _note_fault(client: Client, source: str, fault: str, now: datetime) -> None:
    """What was fetched from the same address before stays: its server may be back tomorrow."""
    tried = {"fault": fault[:60], "fetched_at": now}
    if not ClientLogo.objects.filter(client=client, source=source).update(**tried):
        nothing = {"source": source, "sha256": "", "content_type": "", "content": b""}
        ClientLogo.objects.update_or_create(client=client, defaults=nothing | tried)
