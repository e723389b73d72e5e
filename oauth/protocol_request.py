"""What an endpoint sees of a request: no cookie, no session, no framework.

Query and body stay apart (RFC 6749 §2.3.1), repeated names are kept so that they can be refused
(§3.1), and whatever cannot be read is a fault the endpoint answers, never an exception.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from oauth.errors import InvalidRequest

MAX_PARAMETER = 8_192  # bytes

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
        """Every value of a form parameter; empty counts as omitted (RFC 6749 §3.2)."""
        return [value for key, value in self.form if key == name and value]

    def single(self, name: str) -> str | None:
        """The value of a form parameter sent at most once; empty counts as omitted (§3.2).

        Raises `InvalidRequest` for a repeated or oversized one.
        """
        return single(self.form, name)

    def check_form(self) -> None:
        """Raise `InvalidRequest` unless the body is a form in which no name is repeated.

        `resource` may be (RFC 8707 §2). The query carries nothing: it ends up in logs (RFC 6749
        §2.3.1), and a parser that reads both would let one hide the other.
        """
        if any(name in _NEVER_IN_QUERY for name, _ in self.query):
            raise InvalidRequest("parameter_in_query", "Send parameters in the body, not the query")
        if self.fault:
            status = 413 if self.fault == "body_too_large" else 400
            raise InvalidRequest(self.fault, _FAULTS[self.fault], status=status)
        seen = set()
        for name, value in self.form:
            if name in seen and name not in ("resource", "audience"):
                raise InvalidRequest("parameter_repeated", "A parameter was sent more than once")
            if is_too_long(value):
                raise InvalidRequest("parameter_too_long", "A parameter is longer than 8 KiB")
            seen.add(name)


_NEVER_IN_QUERY = frozenset(
    {
        "grant_type", "code", "redirect_uri", "code_verifier", "client_id", "client_secret",
        "client_assertion", "client_assertion_type", "refresh_token", "scope", "resource",
        "token", "token_type_hint",
    }
)  # fmt: skip
_FAULTS = {
    "body_too_large": "The body is larger than 64 KiB",
    "body_not_form": "The body must be application/x-www-form-urlencoded",
    "body_not_utf8": "The body is not UTF-8",
    "body_nul": "The body contains a NUL character",
    "body_malformed": "The body cannot be read as a form",
}


def is_too_long(value: str) -> bool:
    """Longer than any parameter may be, in bytes of UTF-8, whatever its name."""
    return len(value.encode()) > MAX_PARAMETER


def single(pairs: Pairs, name: str) -> str | None:
    """One value or none. Raises `InvalidRequest`."""
    found = [value for key, value in pairs if key == name]
    if len(found) > 1:
        raise InvalidRequest("parameter_repeated", f"{name} was sent more than once")
    if not found or not found[0]:
        return None
    if is_too_long(found[0]):
        raise InvalidRequest("parameter_too_long", f"{name} is longer than 8 KiB")
    return found[0]
