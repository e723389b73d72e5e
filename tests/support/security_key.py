"""A security key in software: makes and signs what WebAuthn Level 3 §6 says, or what a test wants."""

import hashlib
import html
import json
import os
import re
from dataclasses import dataclass, field
from typing import Any, Protocol

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from webauthn import base64url_to_bytes
from webauthn.helpers import bytes_to_base64url as text

# Flags of authenticator data, §6.1.
PRESENT, VERIFIED, ELIGIBLE, BACKED_UP, ATTESTED = 1, 4, 8, 16, 64


class Page(Protocol):
    """A page as a test holds it."""

    @property
    def text(self) -> str: ...


def options_of(page: Page) -> dict[str, Any]:
    """What the page asks of the browser."""
    found = re.search(r'data-passkey-options="([^"]+)"', page.text)
    assert found, "this page asks for no passkey"
    options: dict[str, Any] = json.loads(html.unescape(found[1]))
    return options


@dataclass
class Authenticator:
    """One credential. `flags`: of all its answers; `count`: of its last one."""

    flags: int = PRESENT | VERIFIED
    count: int = 1
    origin: str = ""
    rp_id: str = ""
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    handle: bytes = b""

    def __post_init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.origin = self.origin or settings.OTP_WEBAUTHN_ALLOWED_ORIGINS[0]
        self.rp_id = self.rp_id or settings.OTP_WEBAUTHN_RP_ID

    def create(self, page: Page, **over: Any) -> str:
        """The answer to `navigator.credentials.create()`; `over` changes the client data."""
        options = options_of(page)
        self.handle = base64url_to_bytes(options["user"]["id"])
        client = self._client_data("webauthn.create", options["challenge"], over)
        data = self._data(self.flags | ATTESTED)
        data += bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id
        data += self._public()
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(clientDataJSON=text(client), attestationObject=text(attestation))

    def get(self, page: Page, handle: bytes | None = None, **over: Any) -> str:
        """The answer to `navigator.credentials.get()`."""
        self.count += 1
        client = self._client_data("webauthn.get", options_of(page)["challenge"], over)
        data = self._data(self.flags)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=text(client),
            authenticatorData=text(data),
            signature=text(signature),
            userHandle=text(self.handle if handle is None else handle),
        )

    def _client_data(self, kind: str, challenge: str, over: dict[str, Any]) -> bytes:
        found = {"type": kind, "challenge": challenge, "origin": self.origin, **over}
        return json.dumps(found).encode()

    def _data(self, flags: int) -> bytes:
        name = hashlib.sha256(self.rp_id.encode()).digest()
        return name + bytes([flags]) + self.count.to_bytes(4, "big")

    def _public(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _answer(self, **response: str) -> str:
        key = text(self.credential_id)
        return json.dumps({"id": key, "rawId": key, "type": "public-key", "response": response})
