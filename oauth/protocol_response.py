"""What an endpoint answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

NO_STORE = (("Cache-Control", "no-store"), ("Pragma", "no-cache"))


@dataclass(frozen=True, slots=True)
class ProtocolResponse:
    """`page` names a template that the door renders instead of `body` (error pages)."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    page: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)

    def adding(self, *headers: tuple[str, str]) -> "ProtocolResponse":
        return ProtocolResponse(
            self.status, (*self.headers, *headers), self.body, self.page, self.context
        )


def json_response(
    value: Any, status: int = 200, headers: tuple[tuple[str, str], ...] = NO_STORE
) -> ProtocolResponse:
    """JSON that no cache keeps."""
    return ProtocolResponse(
        status, (("Content-Type", "application/json"), *headers), orjson.dumps(value)
    )


def redirect(location: str) -> ProtocolResponse:
    """303, so that a POST never travels on with its body (RFC 9700 §4.12)."""
    return ProtocolResponse(303, (("Location", location), *NO_STORE))
