"""Encryption at rest: AES-256-GCM under the key ring, bound to the place of the value."""

import base64
import binascii
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models

from idp.ground.keyring import UnknownKey, subkey

_NONCE = 12


class SealBroken(ValueError):
    """The value was not sealed by us, for this purpose and this place."""


def seal(purpose: str, plaintext: bytes, aad: bytes) -> str:
    """`keyid.base64url(nonce ‖ ciphertext)`; `aad` names the place and must be given again."""
    key_id, key = subkey(purpose)
    nonce = secrets.token_bytes(_NONCE)
    body = nonce + AESGCM(key).encrypt(nonce, plaintext, aad)
    return f"{key_id}.{base64.urlsafe_b64encode(body).decode().rstrip('=')}"


def open_sealed(purpose: str, text: str, aad: bytes) -> bytes:
    """What `seal` closed. Raises `SealBroken` for anything else."""
    key_id, _, encoded = text.partition(".")
    try:
        _, key = subkey(purpose, key_id)
        body = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        return AESGCM(key).decrypt(body[:_NONCE], body[_NONCE:], aad)
    except (UnknownKey, InvalidTag, binascii.Error, ValueError):
        raise SealBroken from None


class _Sealed(str):
    """Marks what came from the database, as opposed to what the program assigned."""

    __slots__ = ()


class _Opened:
    """Opens a value when it is read, so that lists which never look at it pay nothing."""

    def __init__(self, field: "EncryptedTextField") -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: Any = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])
        value = instance.__dict__[name]
        if isinstance(value, _Sealed):
            value = instance.__dict__[name] = self.field.opened(instance, value)
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that the database sees only sealed.

    The seal is bound to table, column and primary key, so a value copied into another row
    does not open. The primary key must therefore be set before the first save (a UUID).
    Nothing unsealed reaches SQL: `update()` takes what `sealed` made, look-ups find only NULL.
    """

    descriptor_class = _Opened

    def sealed(self, instance: models.Model, value: Any) -> str:
        """The value as the column holds it, for a conditional UPDATE of that very row."""
        if instance.pk is None:
            raise TypeError("an encrypted field needs its primary key before the first save")
        return _Sealed(seal("field", self._encode(value), self._aad(instance)))

    def opened(self, instance: models.Model, value: str) -> Any:
        """What `sealed` closed for this row. Raises `SealBroken`."""
        return self._decode(open_sealed("field", value, self._aad(instance)))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = getattr(model_instance, self.attname)
        return None if value is None else self.sealed(model_instance, value)

    def get_prep_value(self, value: Any) -> Any:
        if value is not None and not isinstance(value, _Sealed):
            raise TypeError(f"{self.name} is encrypted: it cannot be compared or set by SQL")
        return None if value is None else str(value)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else _Sealed(value)

    def _aad(self, instance: models.Model) -> bytes:
        return f"{self.model._meta.db_table}/{self.column}/{instance.pk}".encode()

    def _encode(self, value: Any) -> bytes:
        return str(value).encode()

    def _decode(self, raw: bytes) -> Any:
        return raw.decode()


class EncryptedJSONField(EncryptedTextField):
    """A JSON value that the database sees only sealed."""

    def _encode(self, value: Any) -> bytes:
        return json.dumps(value, separators=(",", ":")).encode()

    def _decode(self, raw: bytes) -> Any:
        return json.loads(raw)
