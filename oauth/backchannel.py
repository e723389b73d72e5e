"""Telling one app that a session ended (OpenID Connect Back-Channel Logout 1.0 §2.5 to §2.8)."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from idp.ground.fetch import FetchRefused, post
from oauth import tokens
from oauth.models import LogoutNotice

_log = structlog.get_logger("oauth.backchannel")

_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_TIMEOUT, _MAX_BYTES = 5.0, 65_536
# A worker that has not finished after this long is taken for dead.
STALE_AFTER = timedelta(seconds=60)
_WAITS = (60, 300, 900, 3_600)  # seconds after each attempt; the last one again and again
_TRIED_FOR = timedelta(days=1)


def claim() -> LogoutNotice | None:
    """Take the message that waits longest for sending; None when there is none.

    An app is told one thing at a time: a slow one holds up its own messages alone.
    """
    now = timezone.now()
    in_hand = Q(status="sending", claimed_at__gte=now - STALE_AFTER)
    waiting = Q(status="queued") | Q(status="sending", claimed_at__lt=now - STALE_AFTER)
    busy = LogoutNotice.objects.filter(in_hand, client=OuterRef("client"))
    with transaction.atomic():
        notice = (
            LogoutNotice.objects.select_related("client")
            .filter(waiting, ~Exists(busy), next_try_at__lte=now)
            .order_by("next_try_at")
            .select_for_update(of=("self",), skip_locked=True)
            .first()
        )
        if notice is None:
            return None
        notice.status, notice.claimed_at, notice.attempts = "sending", now, notice.attempts + 1
        notice.save(update_fields=["status", "claimed_at", "attempts"])
    return notice


def deliver(notice: LogoutNotice) -> None:
    """Send a claimed message and note what came of it. Not inside a transaction."""
    client = notice.client
    if not client.enabled or not client.backchannel_logout_uri:
        _change(notice, status="withdrawn")
        return
    try:
        token = tokens.mint_logout_token(
            client.client_id,
            client.id_token_signed_response_alg,
            sub=notice.sub,
            sid=notice.sid,
            now=timezone.now(),
        )
        body = urlencode({"logout_token": token}).encode()
        post(
            client.backchannel_logout_uri,
            body,
            _FORM,
            max_bytes=_MAX_BYTES,
            timeout=_TIMEOUT,
            vouched=False,
        )
    except FetchRefused as error:
        if error.reason == "status_400":
            # §2.8: it was understood, and the app could not do it.
            _change(notice, status="refused", error=error.reason)
        else:
            _postpone(notice, error.reason, timezone.now())
    except Exception as error:  # whatever goes wrong, the message stays ours
        _postpone(notice, type(error).__name__, timezone.now())
    else:
        _change(notice, status="sent", error="", sent_at=timezone.now())


def _postpone(notice: LogoutNotice, reason: str, now: datetime) -> None:
    again = now + timedelta(seconds=_WAITS[min(notice.attempts, len(_WAITS)) - 1])
    if again > notice.created_at + _TRIED_FOR:
        _change(notice, status="failed", error=reason[:60])
    else:
        _change(notice, status="queued", error=reason[:60], next_try_at=again)


def _change(notice: LogoutNotice, **values: Any) -> None:
    """Move it on, unless it was taken for a dead worker's and somebody else has it by now."""
    mine = LogoutNotice.objects.filter(pk=notice.pk, status="sending", claimed_at=notice.claimed_at)
    if mine.update(**values):
        write = _log.info if values["status"] in ("sent", "withdrawn") else _log.warning
        write(
            f"logout_notice_{values['status']}",
            message_id=str(notice.pk),
            client_id=notice.client.client_id,
            attempts=notice.attempts,
            reason=values.get("error") or None,
        )
