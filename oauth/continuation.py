"""A request waiting for its person, as a sealed value in the URL: one a tab, nothing stored.

`key id . base64url(nonce ‖ AES-256-GCM-SIV(version, request id, times, parameters))`. No page of
the flow can expire before the request does, and no tab disturbs another. A request too long for a
URL is a row, and the continuation carries its id.
"""

import base64
import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from django.conf import settings

from accounts.throttling import Limit, claim, subnet
from idp.ground.keyring import UnknownKey, subkey
from oauth.models import PushedRequest
from oauth.protocol_request import Pairs

_PURPOSE = "continuation"
_VERSION = 1
_NONCE = 12
_LONGEST = 2_048


class ContinuationBroken(ValueError):
    """Not sealed by us, damaged, or its row is gone."""


class ContinuationExpired(ContinuationBroken):
    """Its row is gone because its time was over. `client_id`: who asked, as far as it is known."""

    def __init__(self, client_id: str) -> None:
        super().__init__()
        self.client_id = client_id


@dataclass(frozen=True, slots=True)
class Continuation:
    """One authorization request. `not_after`: until then it may be finished."""

    request_id: uuid.UUID
    requested_at: datetime
    not_after: datetime
    parameters: Pairs


def seal_value(purpose: str, value: object) -> str:
    """A value that only we can read and nobody can change, for one purpose.

    AES-GCM-SIV, because a nonce met twice must not cost more than seeing that twice the same was
    sealed (RFC 8452 §1).
    """
    key_id, key = subkey(purpose)
    nonce = secrets.token_bytes(_NONCE)
    sealed = nonce + AESGCMSIV(key).encrypt(nonce, orjson.dumps(value), purpose.encode())
    return f"{key_id}.{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"


def open_value(purpose: str, text: str) -> object:
    """What `seal_value` closed. Raises `ContinuationBroken`."""
    key_id, _, encoded = text.partition(".")
    try:
        _, key = subkey(purpose, key_id)
        sealed = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        plain = AESGCMSIV(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], purpose.encode())
    except (UnknownKey, InvalidTag, ValueError):
        raise ContinuationBroken from None
    return orjson.loads(plain)


def seal(parameters: Pairs, client: uuid.UUID, now: datetime, *, address: str) -> str:
    """Begin a request of this client (its primary key): a new id, 24 hours (by default) to go.

    `address`: who sent it. Raises `TooManyAttempts` when its network has had too many rows: nobody
    signed in for them.
    """
    begun = int(now.timestamp())
    ends = begun + settings.SIGNET.request_lifetime
    head = [_VERSION, str(uuid.uuid4()), begun, ends]
    carried: Any = [list(pair) for pair in parameters]
    text = seal_value(_PURPOSE, [*head, carried, None])
    if len(text) <= _LONGEST:
        return text
    claim([Limit(f"long_request/net/{subnet(address)}", burst=120, every=2)])
    row = PushedRequest.objects.create(
        client_id=client,
        parameters=carried,
        expires_at=now + timedelta(seconds=settings.SIGNET.request_lifetime),
    )
    # Who asked stays readable when the row is gone.
    asker = [pair for pair in carried if pair[0] == "client_id"]
    return seal_value(_PURPOSE, [*head, asker, str(row.pk)])


def open_continuation(text: str) -> Continuation:
    """What `seal` closed, also past its `not_after`.

    Raises `ContinuationBroken`, and of these `ContinuationExpired` where only the time is to blame.
    """
    value = open_value(_PURPOSE, text)
    if not isinstance(value, list) or not value or value[0] != _VERSION:
        raise ContinuationBroken
    _, request_id, begun, ends, parameters, row_id = value
    if row_id is not None:
        row = PushedRequest.objects.filter(pk=row_id).first()
        if row is None and ends <= datetime.now(UTC).timestamp():
            raise ContinuationExpired(dict(parameters or []).get("client_id", ""))
        if row is None:
            raise ContinuationBroken
        parameters = row.parameters
    return Continuation(
        uuid.UUID(request_id),
        datetime.fromtimestamp(begun, UTC),
        datetime.fromtimestamp(ends, UTC),
        tuple((name, value) for name, value in parameters),
    )
