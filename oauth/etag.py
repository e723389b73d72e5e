"""Entity tags of answers made beforehand (RFC 9110 §8.8.3)."""

import hashlib
import re

_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def of(body: bytes) -> str:
    """A strong one: other bytes, another tag."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def is_known(header: str | None, etag: str) -> bool:
    """Whether If-None-Match says that the sender has it already (RFC 9110 §13.1.2).

    A list, compared weakly: a proxy that compresses makes our tag a weak one. `*` is anything.
    """
    if header is None:
        return False
    return header.strip() == "*" or etag in _TAG.findall(header)
