"""The administration of the protocol floor, one model a file."""

from oauth.admin import (
    authorization,
    client,
    consent,
    logout_notice,
    request_record,
    resource,
    scope,
    signing_key,
)

__all__ = [
    "authorization",
    "client",
    "consent",
    "logout_notice",
    "request_record",
    "resource",
    "scope",
    "signing_key",
]
