"""Form tokens: a POST counts only for what was on the page it comes from.

MAC over session, request, page and a digest of everything shown (design §5.8): a page shown to
another account, for another request, or before the request's meaning changed, answers nothing.
"""

import hmac
import json
import uuid
from hashlib import sha256

from idp.ground.keyring import UnknownKey, subkey

# Pages that belong to no authorization request.
NO_REQUEST = uuid.UUID(int=0)


def _mac(
    key: bytes, owner: uuid.UUID | None, request_id: uuid.UUID, page: str, shown: object
) -> str:
    digest = sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()
    return hmac.new(key, f"{owner}|{request_id}|{page}|{digest}".encode(), sha256).hexdigest()


def make(owner: uuid.UUID | None, request_id: uuid.UUID, page: str, shown: object) -> str:
    """`owner`: the session, or the browser where nobody is signed in. `shown`: JSON values."""
    key_id, key = subkey("form-token")
    return f"{key_id}.{_mac(key, owner, request_id, page, shown)}"


def fits(
    token: str, owner: uuid.UUID | None, request_id: uuid.UUID, page: str, shown: object
) -> bool:
    """Whether the token was made for exactly this, under any living key."""
    key_id, _, mac = token.partition(".")
    try:
        _, key = subkey("form-token", key_id)
    except UnknownKey:
        return False
    return hmac.compare_digest(mac.encode(), _mac(key, owner, request_id, page, shown).encode())
