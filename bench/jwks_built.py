"""Signet as it is, but the key set is built anew for each request, from the database."""

from collections.abc import Iterable
from typing import Any

from idp.wsgi import application as _signet
from oauth import keys


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/oauth/jwks":
        keys.forget()
    found: Iterable[bytes] = _signet(environ, start_response)
    return found
