"""The one reading of a request, for both mounts.

Whatever cannot be read becomes a fault that the endpoint answers, never an exception.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from oauth.protocol_request import Pairs, ProtocolRequest

MAX_BODY = 65_536  # bytes
_MAX_PARAMETERS = 200
_FORM = "application/x-www-form-urlencoded"


def parse_pairs(raw: str) -> tuple[Pairs, str]:
    """Pairs of a query or body, and the fault that kept them from being read.

    Both are percent-encoded ASCII (WHATWG URL §5.1); what is encoded is UTF-8.
    """
    if not raw.isascii():
        return (), "body_not_utf8"
    try:
        pairs = tuple(
            parse_qsl(raw, keep_blank_values=True, errors="strict", max_num_fields=_MAX_PARAMETERS)
        )
    except UnicodeDecodeError:
        return (), "body_not_utf8"
    except ValueError:
        return (), "body_malformed"
    if any("\0" in part for pair in pairs for part in pair):
        return (), "body_nul"
    return pairs, ""


def _declared_length(environ: Mapping[str, Any]) -> int | None:
    """Bytes to read: as declared; one more than allowed of a chunked body; None if unreadable."""
    text = environ.get("CONTENT_LENGTH") or ""
    if not text:
        return MAX_BODY + 1 if environ.get("HTTP_TRANSFER_ENCODING") else 0
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else None


def _read_form(environ: Mapping[str, Any]) -> tuple[Pairs, str]:
    length = _declared_length(environ)
    chunked = not environ.get("CONTENT_LENGTH")
    if length is None:
        return (), "body_malformed"
    if length > MAX_BODY and not chunked:
        return (), "body_too_large"
    raw: bytes = environ["wsgi.input"].read(length) if length else b""
    if len(raw) > MAX_BODY:
        return (), "body_too_large"
    if not raw and chunked:
        return (), ""
    if len(raw) < length and not chunked:
        return (), "body_malformed"  # the connection broke in the middle
    if raw and environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != _FORM:
        return (), "body_not_form"
    return parse_pairs(raw.decode("latin-1"))


def request_from_environ(environ: Mapping[str, Any]) -> ProtocolRequest:
    """Header names become lower-case; cookies are left out, so that no endpoint can read one."""
    query, query_fault = parse_pairs(environ.get("QUERY_STRING", ""))
    form: Pairs = ()
    fault = ""
    if environ["REQUEST_METHOD"] == "POST":
        form, fault = _read_form(environ)
    headers = {
        key[5:].replace("_", "-").lower(): value
        for key, value in environ.items()
        if key.startswith("HTTP_") and key != "HTTP_COOKIE"
    }
    return ProtocolRequest(
        method=environ["REQUEST_METHOD"],
        path=environ.get("PATH_INFO", ""),
        query=query,
        form=form,
        headers=headers,
        address=environ.get("REMOTE_ADDR", ""),
        fault=fault,
        query_fault=query_fault,
    )
