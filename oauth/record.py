"""Every refusal gets a reference, and the reference an entry that tells what was wrong."""

import time
from hashlib import sha256

import structlog
from django.db import Error, transaction

from idp.ground.correlation import request_id
from oauth.errors import ProtocolError
from oauth.models.request_record import RequestRecord, new_reference
from oauth.protocol_request import ProtocolRequest

_log = structlog.get_logger("oauth.refusal")
_MOST = 40
_LETTERS = 8
# Rows a minute and process: a flood of nonsense fills the log, which rotates, but not the database.
_PER_MINUTE = 600
_minute, _written = 0, 0


def _may_write() -> bool:
    global _minute, _written
    present = int(time.monotonic() // 60)
    if present != _minute:
        _minute, _written = present, 0
    _written += 1
    return _written <= _PER_MINUTE


def _fingerprints(request: ProtocolRequest) -> dict[str, str]:
    """Length and the start of a hash: enough to compare two requests, useless to replay one."""
    return {
        name[:60]: f"{len(value)}:{sha256(value.encode()).hexdigest()[:8]}"
        for name, value in (*request.query, *request.form)[:_MOST]
    }


def reference_of(text: str) -> str:
    """A reference as it is kept, from one that was read over the telephone: `R7K3Q 92fm`."""
    letters = text.upper().replace("-", "").replace(" ", "")
    letters = letters.removeprefix("R") if len(letters) > _LETTERS else letters
    return f"r-{letters[:4]}-{letters[4:]}"


def record_refusal(
    endpoint: str, request: ProtocolRequest, error: ProtocolError, client_id: str = ""
) -> str:
    """Write the record; its reference, which the log has too.

    A database that is away, or a flood, costs the record and not the answer.
    """
    reference = new_reference()
    _log.info(
        "refused",
        endpoint=endpoint,
        client_id=client_id or None,
        error=error.error or "missing_token",
        reason=error.reason,
        reference=reference,
        status=error.status_code,
    )
    if not _may_write():
        return reference
    try:
        with transaction.atomic():
            RequestRecord.objects.create(
                reference=reference,
                endpoint=endpoint,
                method=request.method[:10],
                client_id=client_id[:255],
                error=error.error or "missing_token",
                description=(error.description or "")[:300],
                reason=error.reason[:100],
                section=error.section,
                status=error.status_code,
                request_id=request_id.get(),
                address=request.address or None,
                parameters=_fingerprints(request),
            )
    except (Error, ValueError):
        _log.warning("record_lost", reference=reference)
    return reference
