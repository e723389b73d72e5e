"""What an endpoint sees of a request: no cookie, no session, no framework.

Query and body stay apart (RFC 6749 §2.3.1), repeated names are kept so that they can be refused
(§3.1), and whatever cannot be read is a fault the endpoint answers, never an exception.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from oauth.errors import InvalidRequest

MAX_BODY = 65_536
MAX_PARAMETER = 8_192
_MAX_PARAMETERS = 200
_FORM = "application/x-www-form-urlencoded"

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ProtocolRequest:
    """`headers` has lower-case names. `fault` tells why `form` could not be read."""

    method: str
    path: str
    query: Pairs
    form: Pairs
    headers: Mapping[str, str]
    address: str
    fault: str = ""
    query_fault: str = ""

    def values(self, name: str) -> list[str]:
        """Every value of a form parameter."""
        return [value for key, value in self.form if key == name]

    def single(self, name: str) -> str | None:
        """The value of a form parameter sent at most once; empty counts as omitted (§3.2).

        Raises `InvalidRequest` for a repeated or oversized one.
        """
        return single(self.form, name)

    def check_form(self) -> None:
        """Raise `InvalidRequest` unless the body is a form in which no name is repeated.

        `resource` may be (RFC 8707 §2).
        """
        if self.fault:
            status = 413 if self.fault == "body_too_large" else 400
            raise InvalidRequest(self.fault, _FAULTS[self.fault], status=status)
        seen = set()
        for name, value in self.form:
            if name in seen and name not in ("resource", "audience"):
                raise InvalidRequest("parameter_repeated", "A parameter was sent more than once")
            if len(value) > MAX_PARAMETER:
                raise InvalidRequest("parameter_too_long", "A parameter is longer than 8 KiB")
            seen.add(name)


_FAULTS = {
    "body_too_large": "The body is larger than 64 KiB",
    "body_not_form": "The body must be application/x-www-form-urlencoded",
    "body_not_utf8": "The body is not UTF-8",
    "body_nul": "The body contains a NUL character",
    "body_malformed": "The body cannot be read as a form",
}


def single(pairs: Pairs, name: str) -> str | None:
    """One value or none. Raises `InvalidRequest`."""
    found = [value for key, value in pairs if key == name]
    if len(found) > 1:
        raise InvalidRequest("parameter_repeated", f"{name} was sent more than once")
    if not found or not found[0]:
        return None
    if len(found[0]) > MAX_PARAMETER:
        raise InvalidRequest("parameter_too_long", f"{name} is longer than 8 KiB")
    return found[0]


def parse_pairs(raw: str) -> tuple[Pairs, str]:
    """Pairs of a query or body, and the fault that kept them from being read."""
    try:
        pairs = tuple(
            parse_qsl(
                raw, keep_blank_values=True, errors="strict", max_num_fields=_MAX_PARAMETERS
            )
        )
    except UnicodeDecodeError:
        return (), "body_not_utf8"
    except ValueError:
        return (), "body_malformed"
    if any("\0" in part for pair in pairs for part in pair):
        return (), "body_nul"
    return pairs, ""


def _read_form(environ: Mapping[str, Any]) -> tuple[Pairs, str]:
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdigit():
        return (), "body_malformed"
    if int(length) > MAX_BODY:
        return (), "body_too_large"
    if int(length) == 0:
        return (), ""
    raw: bytes = environ["wsgi.input"].read(int(length))
    if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != _FORM:
        return (), "body_not_form"
    try:
        return parse_pairs(raw.decode("ascii"))
    except UnicodeDecodeError:
        # A form is percent-encoded ASCII (WHATWG URL §5.1).
        return (), "body_not_utf8"


def request_from_environ(environ: Mapping[str, Any]) -> ProtocolRequest:
    """The one reading of a request, for both mounts."""
    query, query_fault = parse_pairs(environ.get("QUERY_STRING", ""))
    form, fault = ((), "")
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
