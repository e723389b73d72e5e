"""AWS Signature Version 4 of one POST of a form to `/`, as AWS documents it.

Amazon's own library for it is 30 MB and opens connections of its own; this needs HMAC alone.
"""

import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

_FORM = "application/x-www-form-urlencoded"
_SIGNED = "content-type;host;x-amz-date"


@dataclass(frozen=True, slots=True)
class Key:
    """An access key, and where it is used."""

    key_id: str
    secret: str = field(repr=False)
    region: str
    service: str


def sign_post(key: Key, host: str, body: bytes, now: datetime) -> dict[str, str]:
    """Headers of the request; `host` is sent beside them as the Host header."""
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{key.region}/{key.service}/aws4_request"
    canonical = (
        f"POST\n/\n\ncontent-type:{_FORM}\nhost:{host}\nx-amz-date:{stamp}\n\n"
        f"{_SIGNED}\n{sha256(body).hexdigest()}"
    )
    to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
    secret = f"AWS4{key.secret}".encode()
    for part in scope.split("/"):
        secret = hmac.digest(secret, part.encode(), "sha256")
    signature = hmac.digest(secret, to_sign.encode(), "sha256").hex()
    return {
        "Content-Type": _FORM,
        "X-Amz-Date": stamp,
        "Authorization": f"AWS4-HMAC-SHA256 Credential={key.key_id}/{scope}, "
        f"SignedHeaders={_SIGNED}, Signature={signature}",
    }
