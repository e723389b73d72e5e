"""Every refusal gets a reference, and the reference an entry that tells what was wrong."""

from hashlib import sha256

import structlog

from idp.ground.correlation import request_id
from oauth.errors import ProtocolError
from oauth.models.request_record import RequestRecord, new_reference
from oauth.protocol_request import ProtocolRequest
from oauth.sections import section_of

_log = structlog.get_logger("oauth.refusal")
_MOST = 40
_LETTERS = 8


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

    Where no record could be kept it is the id of the request, which stands in every line of the log
    about it: a reference that begins with `r-` can always be looked up.
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
    kept = RequestRecord.objects.write(
        reference=reference,
        endpoint=endpoint,
        method=request.method[:10],
        client_id=client_id,
        error=error.error or "missing_token",
        description=(error.description or "")[:300],
        reason=error.reason[:100],
        section=section_of(endpoint, error),
        status=error.status_code,
        address=request.address,
        parameters=_fingerprints(request),
    )
    return kept or request_id.get()
